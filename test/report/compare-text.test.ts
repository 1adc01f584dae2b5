import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { CompareResult } from '../../src/model/compare-result.js';
import {
  render,
  renderCompare,
  renderCompareHeader,
  renderCompareTextBody,
} from '../../src/report/render.js';
import { buildComparison, RUNS, runOf, strategyRun } from '../fixtures/comparison.js';
import { buildResult, ENVIRONMENT, PERCENTILES, PLAN } from '../fixtures/result.js';
import { LIST, XARRAY } from '../support/plans.js';

const OPTIONS = { percentiles: PERCENTILES, perVm: false, color: false };
const text = (result: CompareResult, options = {}) =>
  renderCompare(result, 'text', { ...OPTIONS, ...options });

/** The rows of the table whose first column has this head, split where two spaces or more stand. */
function tableOf(report: string, ...head: string[]): string[][] {
  const lines = report.split('\n').map((line) => line.trim().split(/ {2,}/));
  const start = lines.findIndex((cells) => head.every((name) => cells.includes(name)));
  assert.ok(start >= 0, `no table with ${head}`);
  const end = lines.findIndex((cells, at) => at > start && cells[0] === '');
  return lines.slice(start, end);
}

const about = (ns: number) => Array.from({ length: 10 }, (_, round) => ns * (1 + round / 1000));

test('header and body one after the other are the report', () => {
  const result = buildComparison();
  const subjects = result.runs.map(({ label, result: { plan } }) => ({ label, plan }));
  const header = renderCompareHeader(subjects, ENVIRONMENT, false);
  assert.equal(
    header,
    `irqbench compare · linux-6.2 (reference), linux-6.17 · backend threads
Example CPU @ 2.60GHz, 2 CPUs, Linux 6.2.0-39-generic, Node 20.19.0; 800 background VMs + 20 burst VMs x 15 irqfds, 10 rounds + 1 warm-up, hold 400 ms, released together, seed 1
  linux-6.2   list + mutex, scope global, connect inside, bypass on
  linux-6.17  xarray + mutex, scope global, connect inside, bypass on
`,
  );
  assert.equal(text(result), header + renderCompareTextBody(result, OPTIONS));
  assert.equal(render(result, 'text', OPTIONS), text(result));
});

test('what a plan has of its own stands with its strategy, and so does another machine', () => {
  const report = text(
    buildComparison({
      runs: [
        strategyRun('before', { plan: { strategy: LIST } }),
        strategyRun('after', {
          plan: { strategy: LIST, connectCostNs: 5e3 },
          environment: { cpuModel: 'Other CPU' },
        }),
      ],
    }),
  );
  const axes = 'linux-6.2 (list + mutex, scope global, connect inside, bypass on)';
  assert.ok(report.includes(`\n  before  ${axes}\n`), report);
  assert.ok(report.includes(`\n  after   ${axes}; connect cost 5.00 us; on Other CPU, 2 CPUs,`));
  assert.match(report, /hold 400 ms, released together, seed 1\n/);
});

test('a row a strategy has latencies, share of contention and CPU time', () => {
  const [head, reference, other] = tableOf(text(buildComparison()), 'VM ready p99');
  assert.deepEqual(head, [
    'strategy',
    'register p50',
    'p90',
    'p99',
    'p99.9',
    'max',
    'VM ready p99',
    'contended',
    'CPU time',
  ]);
  assert.equal(reference?.[0], 'linux-6.2');
  // 3,000 registrations cannot tell p99.9, nor 200 VMs their p99.
  assert.deepEqual([reference?.[4], reference?.[6]], ['-', '-']);
  assert.match(reference?.[7] ?? '', /^\d+(\.\d+)? %$/);
  assert.equal(reference?.[8], '6.50 s');
  assert.deepEqual([other?.[0], other?.[7]], ['linux-6.17', '0 %']);
});

test('percentiles are taken from the histograms, whatever was saved', () => {
  const [head] = tableOf(text(buildComparison(), { percentiles: [25, 75] }), 'VM ready p99');
  assert.deepEqual(head?.slice(1, 4), ['register p25', 'p75', 'max']);
});

test('a row a strategy has the work, and what few have only where one has it', () => {
  const [head, reference] = tableOf(text(buildComparison()), 'nodes visited');
  assert.deepEqual(head, [
    'strategy',
    'registrations',
    'nodes visited',
    'acquisitions',
    'connects',
    'opted out',
  ]);
  assert.deepEqual(reference?.slice(0, 4), ['linux-6.2', '3,000', '36,000,000', '6,000']);
  const { work } = buildResult();
  const connecting = strategyRun('outside', {
    replace: { work: { ...work, connects: 7, connectFailures: 2, errors: { EBUSY: 3 } } },
  });
  const table = tableOf(text(buildComparison({ runs: [...RUNS, connecting] })), 'nodes visited');
  assert.deepEqual(table[0]?.slice(4), ['connects', 'opted out', 'connect failures', 'refused']);
  assert.deepEqual(table[3]?.slice(4), ['7', '0', '2', '3']);
  assert.deepEqual(table[1]?.slice(4), ['0', '0', '0', '0']);
});

test('each comparison has its ratio, interval, p and verdict, and a sentence', () => {
  const runs = [
    runOf('a', about(800)),
    runOf('b', about(100)),
    runOf('c', about(8000)),
    runOf('d', about(802)),
    runOf('e', about(80).slice(0, 2)),
  ];
  const report = text(buildComparison({ runs, metrics: ['register.p50'] }));
  const [head, ...rows] = tableOf(report, 'p (Holm)');
  assert.deepEqual(head, ['metric', 'strategy', 'ratio', '95 % interval', 'p (Holm)', 'verdict']);
  assert.deepEqual(
    rows.map((row) => row[1]),
    ['b', 'c', 'd', 'e'],
  );
  assert.deepEqual(
    rows.map((row) => row.at(-1)),
    ['faster', 'slower', 'no difference shown', 'cannot tell'],
  );
  assert.deepEqual(rows[0]?.slice(0, 3), ['register.p50', 'b', '0.125']);
  assert.match(rows[0]?.[3] ?? '', /^0\.12\d to 0\.12\d$/);
  assert.equal(rows[3]?.[3], '-');
  assert.match(
    report,
    /^b is faster than a by register\.p50: 8\.00 times as fast \(7\.9\d to 8\.0\d\)$/m,
  );
  assert.match(report, /^c is slower than a by register\.p50: 10\.0 times as long \(/m);
  assert.match(
    report,
    /^d and a show no difference by register\.p50: .*the interval does not clear the noise of 5 %$/m,
  );
  assert.match(
    report,
    /^e and a cannot be told apart by register\.p50: 2 and 10 rounds are too few/m,
  );
  assert.match(report, /^p: Mann-Whitney .* correction for 4 comparisons$/m);
});

/** The stars of each bar under a title, by the strategy's name. */
function bars(report: string, title: RegExp): Record<string, number> {
  const lines = report.split('\n');
  const start = lines.findIndex((line) => title.test(line));
  assert.ok(start >= 0, `no title ${title}`);
  const found: Record<string, number> = {};
  for (const line of lines.slice(start + 1)) {
    const match = /^(\S+) .* \|(\**) *\|$/.exec(line);
    if (!match) break;
    assert.equal(line.indexOf('|', line.indexOf('|') + 1) - line.indexOf('|'), 41);
    found[match[1] ?? ''] = match[2]?.length ?? 0;
  }
  return found;
}

test('a bar a strategy shows the medians, the longest in full', () => {
  const runs = [runOf('a', about(800)), runOf('b', about(200)), runOf('c', [])];
  const report = text(buildComparison({ runs, metrics: ['vmReady.p50'] }));
  assert.deepEqual(bars(report, /^vmReady\.p50, median over the rounds$/), { a: 40, b: 10, c: 0 });
  assert.match(report, /^c +- +\| {40}\|$/m);
});

test('ratios beyond a score have a logarithmic scale, and it is said', () => {
  const runs = [runOf('a', about(1e6)), runOf('b', about(1e4)), runOf('c', about(2e3))];
  const report = text(buildComparison({ runs, metrics: ['register.p50'] }));
  const found = bars(report, /^register\.p50, .* \(log scale from 1\.00 us\)$/);
  // 1 ms, 10 us and 2 us above 1 us: three decades, one, and less than a third of one.
  assert.deepEqual(found, { a: 40, b: 13, c: 4 });
  const linear = buildComparison({ runs: runs.slice(1), metrics: ['register.p50'] });
  assert.doesNotMatch(text(linear), /log scale/);
});

test('partial and failed runs are marked above the figures, with their names', () => {
  const [reference, other] = RUNS;
  assert.ok(reference && other);
  const partial = strategyRun('linux-6.17', { plan: { strategy: XARRAY }, measuredRounds: 3 });
  const interrupted = text(buildComparison({ runs: [reference, partial] }));
  const mark = interrupted.indexOf(
    '\nPARTIAL: linux-6.17: interrupted (900 of 3,000 registrations measured)\n',
  );
  assert.ok(mark > 0 && mark < interrupted.indexOf('\nstrategy '), interrupted);
  const failed = buildComparison({
    runs: [reference, strategyRun('linux-6.17', { replace: { failure: 'VM 3\ndied' } })],
    replace: { failure: 'linux-6.17: VM 3\ndied' },
  });
  assert.match(
    text(failed),
    /^FAILED: the run failed: linux-6\.17: VM 3 died\nFAILED: linux-6\.17: the run failed: VM 3 died$/m,
  );
  const early = buildComparison({ replace: { partial: true } });
  assert.match(text(early), /^PARTIAL: interrupted$/m);
  assert.doesNotMatch(text(buildComparison()), /PARTIAL|FAILED/);
});

test('damage is printed with the name of whom it befell', () => {
  const audit = { damage: 2, findings: ['consumer 7 is missing'] };
  const [reference] = RUNS;
  assert.ok(reference);
  const report = text(
    buildComparison({ runs: [reference, strategyRun('broken', { replace: { audit } })] }),
  );
  assert.match(report, /^audit\nbroken: DAMAGE \(2\)\nbroken: consumer 7 is missing$/m);
  assert.doesNotMatch(text(buildComparison()), /^audit/m);
});

test('warnings come last, each once and with whom it concerns', () => {
  const warning = (message: string) => ({ code: 'x', message, remedy: 'wait' });
  const runs = [
    strategyRun('a', { replace: { warnings: [warning('all'), warning('some')] } }),
    strategyRun('b', { replace: { warnings: [warning('all'), warning('some')] } }),
    strategyRun('c', { replace: { warnings: [warning('all'), warning('own'), warning('top')] } }),
  ];
  const report = text(buildComparison({ runs, replace: { warnings: [warning('top')] } }));
  assert.ok(
    report.endsWith(
      '\nwarning: top; wait\nwarning: all; wait\nwarning: a, b: some; wait\nwarning: c: own; wait\n',
    ),
    report,
  );
});

test("the reproducer's lines are there on request, for each strategy", () => {
  const report = text(buildComparison(), { perVm: true });
  assert.match(report, /^register latency by VM of linux-6\.2, in ns\nidx 0 min \d+ max/m);
  assert.match(report, /^register latency by VM of linux-6\.17, in ns\nidx 0 min \d+ max/m);
  assert.doesNotMatch(text(buildComparison()), /^idx/m);
});

test('one strategy alone, or none with samples, is printed all the same', () => {
  const alone = text(buildComparison({ runs: RUNS.slice(0, 1) }));
  assert.doesNotMatch(alone, /Holm|median over/);
  const empty = strategyRun('empty', { plan: { ...PLAN, strategy: XARRAY }, measuredRounds: 0 });
  const none = text(buildComparison({ runs: [...RUNS.slice(0, 1), empty] }), { perVm: true });
  assert.match(none, /^empty +- +- +- +- +- +- +- /m);
  assert.match(none, /no round of empty has the figure$/m);
  assert.doesNotMatch(none, /NaN|undefined|null|Infinity/);
});

test('colours change nothing but the colours', () => {
  const runs = [
    ...RUNS,
    strategyRun('slow', {
      scale: 3,
      replace: { warnings: [{ code: 'x', message: 'm', remedy: 'r' }] },
    }),
    strategyRun('few', { measuredRounds: 2, replace: { audit: { damage: 1, findings: [] } } }),
  ];
  const result = buildComparison({ runs });
  const colored = text(result, { color: true });
  for (const part of ['\u001b[32mfaster', '\u001b[31mslower', '\u001b[33mcannot tell']) {
    assert.ok(colored.includes(part), part);
  }
  assert.equal(stripVTControlCharacters(colored), text(result));
});
