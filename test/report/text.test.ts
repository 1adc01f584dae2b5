import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { RunResult } from '../../src/model/run-result.js';
import { funclatency } from '../../src/report/funclatency.js';
import { render, renderHeader, renderTextBody } from '../../src/report/render.js';
import { buildResult, ENVIRONMENT, PERCENTILES, PLAN } from '../fixtures/result.js';

const OPTIONS = { percentiles: PERCENTILES, perVm: false, color: false };
const text = (result: RunResult, options = {}) =>
  render(result, 'text', { ...OPTIONS, ...options });

/** The line that begins with `start`, split where two spaces or more stand. */
function row(report: string, start: string): string[] {
  const line = report.split('\n').find((candidate) => candidate.startsWith(start));
  assert.ok(line !== undefined, `no line begins with ${start}`);
  return line.trim().split(/ {2,}/);
}

test('header and body one after the other are the report', () => {
  const result = buildResult();
  const header = renderHeader(PLAN, ENVIRONMENT, false);
  assert.match(header, /^irqbench fork · linux-6\.2 [^\n]*\nExample CPU[^\n]*\n$/);
  assert.equal(text(result), header + renderTextBody(result, OPTIONS));
});

test('the latency table has a row a latency, and - for what the samples cannot tell', () => {
  const samples = buildResult({ plan: { burst: 4 } });
  const report = text(samples, { percentiles: [50, 99.9] });
  assert.deepEqual(row(report, 'latency'), [
    'latency',
    'count',
    'min',
    'p50',
    'p99.9',
    'max',
    'mean',
  ]);
  const register = row(report, 'register');
  assert.equal(register[1], '600');
  assert.match(register[3] ?? '', /^\d{3} us$/);
  assert.equal(register[4], '-');
  assert.equal(row(report, 'VM ready')[1], '40');
});

test('the columns of the latency table end together', () => {
  const lines = text(buildResult()).split('\n');
  const start = lines.findIndex((line) => line.startsWith('latency'));
  const widths = lines.slice(start, start + 4).map((line) => line.length);
  assert.deepEqual(new Set(widths), new Set([widths[0]]));
});

test('percentiles are taken from the histogram, whatever was saved', () => {
  const report = text(buildResult(), { percentiles: [25, 95] });
  assert.deepEqual(row(report, 'latency').slice(3, 5), ['p25', 'p95']);
  assert.match(row(report, 'register')[4] ?? '', /^\d+ us$/);
});

test('the histogram is the one that funclatency prints', () => {
  const result = buildResult();
  assert.ok(text(result).includes(`\n${funclatency(result.latency.register)}\n`));
});

test('the lock is reported as perf lock contention does', () => {
  const lock = {
    acquisitions: 6000,
    contended: 1234,
    waitTotalNs: 12.34e9,
    waitMeanNs: 10e6,
    waitMaxNs: 138e6,
    parks: 1100,
    wakes: 1090,
  };
  const report = text(buildResult({ replace: { lock } }));
  const table = `
lock contention
 contended   total wait     max wait     avg wait         type   caller

     1,234       12.3 s       138 ms      10.0 ms        mutex   irq_bypass_*
`;
  assert.ok(report.includes(table), report);
  assert.match(report, /^lock +acquisitions 6,000, parks 1,100, wakes 1,090$/m);
});

test('fairness, work and audit have a line each', () => {
  const fairness = { jain: 0.98765, slowestToFastest: 1.5 };
  const base = buildResult();
  const work = { ...base.work, registrations: 3000, connects: 7, errors: { EBUSY: 3, EINVAL: 0 } };
  const report = text({ ...base, fairness, work });
  assert.match(report, /^fairness +VMs 20, Jain's index 0\.988, slowest\/fastest 1\.500$/m);
  assert.match(report, /^work +registrations 3,000, .*, connects 7,/m);
  assert.match(report, /^errors +EBUSY 3$/m);
  assert.match(report, /^audit +clean$/m);
  assert.doesNotMatch(text(base), /^errors/m);
});

test('entry locks, connect costs and opted-out irqfds are said where there are any', () => {
  const base = buildResult();
  const plain = text(base);
  assert.doesNotMatch(plain, /^entry lock|^connect |opted out/m);
  const report = text({
    ...base,
    entryLock: { ...base.lock, acquisitions: 4321, contended: 21, parks: 5, wakes: 4 },
    work: { ...base.work, optedOut: 1500 },
    connectCost: { askedNs: 5000, paid: 600, achievedMeanNs: 6250 },
  });
  assert.match(
    report,
    /^entry lock acquisitions 4,321, contended 21, total wait .*,\n +parks 5, wakes 4$/m,
  );
  assert.match(report, /^work +.*deregistrations 3,000, opted out 1,500, nodes visited/m);
  assert.match(report, /^connect +cost asked 5\.00 us, cost achieved 6\.25 us, times paid 600$/m);
  const unpaid = text({ ...base, connectCost: { askedNs: 5000, paid: 0, achievedMeanNs: null } });
  assert.match(unpaid, /^connect +cost asked 5\.00 us, cost achieved -, times paid 0$/m);
});

test('no line of items is wider than the page', () => {
  const huge = Number.MAX_SAFE_INTEGER;
  const base = buildResult();
  const work = { ...base.work, registrations: huge, nodesVisited: huge, connects: huge };
  const lines = text({ ...base, work }).split('\n');
  const start = lines.findIndex((line) => line.startsWith('work'));
  const end = lines.findIndex((line) => line.startsWith('timing'));
  const items = lines.slice(start, end);
  assert.ok(items.length > 1);
  for (const line of items) assert.ok(line.length <= 100, line);
  const joined = items.map((line) => line.slice(11)).join(' ');
  assert.match(joined, /^registrations 9,007,199,254,740,991, .*, manager warnings 0$/);
});

test('an interrupted run is marked above its figures', () => {
  const report = text(buildResult({ measuredRounds: 3 }));
  const mark = report.indexOf('\nPARTIAL: interrupted (900 of 3,000 registrations measured)\n');
  assert.ok(mark > 0 && mark < report.indexOf('\nlatency '), report);
});

test('a failed run says why, on one line', () => {
  const failure = 'VM 3 died in round 2\nat its post';
  const report = text(buildResult({ measuredRounds: 1, replace: { failure } }));
  assert.match(
    report,
    /^PARTIAL: the run failed: VM 3 died in round 2 at its post \(300 of 3,000/m,
  );
  const whole = text(buildResult({ replace: { failure: 'the audit found damage' } }));
  assert.match(whole, /^FAILED: the run failed: the audit found damage$/m);
  assert.doesNotMatch(text(buildResult()), /PARTIAL|FAILED/);
});

test('damage is counted and every finding printed', () => {
  const audit = { damage: 2, findings: ['consumer 7 is missing', 'list is broken at 9'] };
  const report = text(buildResult({ replace: { audit } }));
  assert.match(report, /^audit +DAMAGE \(2\)\n +consumer 7 is missing\n +list is broken at 9$/m);
  const red = text(buildResult({ replace: { audit } }), { color: true });
  assert.ok(red.includes('\u001b[31mconsumer 7 is missing\u001b[39m'));
});

test('a run without samples is printed, its figures unknown', () => {
  const report = text(buildResult({ measuredRounds: 0 }), { perVm: true });
  for (const name of ['register', 'deregister', 'VM ready']) {
    assert.deepEqual(row(report, `${name} `).slice(1), ['0', '-', '-', '-', '-', '-', '-', '-']);
  }
  assert.match(report, /^count: 0$/m);
  assert.match(report, /Jain's index -, slowest\/fastest -$/m);
  assert.match(report, /^idx 19 min - max - avg -$/m);
  assert.doesNotMatch(report, /NaN|undefined|null|Infinity/);
});

test("the reproducer's lines are there on request, one a VM", () => {
  const result = buildResult({ plan: { burst: 2 } });
  const lines = result.vms.map(({ vm, register: { minNs, maxNs, meanNs } }) => {
    assert.ok(minNs !== null && maxNs !== null && meanNs !== null);
    return `idx ${vm} min ${minNs} max ${maxNs} avg ${Math.round(meanNs)}\n`;
  });
  assert.equal(lines.length, 2);
  assert.ok(
    text(result, { perVm: true }).includes(`\nregister latency by VM, in ns\n${lines.join('')}`),
  );
  assert.doesNotMatch(text(result), /^idx/m);
});

test('warnings come last, each with its remedy', () => {
  const warnings = [
    { code: 'too-few-samples', message: 'too few samples for p99.9', remedy: 'add rounds' },
    { code: 'oversubscribed', message: '20 VMs on 2 CPUs', remedy: 'use fewer VMs' },
  ];
  const report = text(buildResult({ replace: { warnings } }), { perVm: true });
  const expected =
    '\nwarning: too few samples for p99.9; add rounds\nwarning: 20 VMs on 2 CPUs; use fewer VMs\n';
  assert.ok(report.endsWith(expected), report);
});

test('huge values are printed in seconds, not in exponents', () => {
  const report = text(buildResult({ plan: { burst: 2 }, scale: 1e8 }));
  assert.match(row(report, 'register')[2] ?? '', /^\d+ s$/);
  assert.doesNotMatch(report, /\de\+|NaN|undefined/);
});

test('colours change nothing but the colours', () => {
  const audit = { damage: 1, findings: ['broken'] };
  const warnings = [{ code: 'noisy', message: 'the machine is noisy', remedy: 'stop the rest' }];
  const result = buildResult({ measuredRounds: 2, replace: { audit, warnings } });
  const colored = text(result, { color: true });
  assert.ok(colored.includes('\u001b['));
  assert.equal(stripVTControlCharacters(colored), text(result, { color: false }));
});
