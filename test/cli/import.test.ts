import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { CompareResult } from '../../src/model/compare-result.js';
import type { RealResult } from '../../src/model/real-result.js';
import { trace, tracePath } from '../support/traces.js';
import { irqbench, linesOf, scratchFolder } from './irqbench.js';

/** `irqbench import` as its users run it, and what reads its results. */

const folder = scratchFolder();
const LOG = tracePath('kvm-irqfd-fork.log');

function published(name: string) {
  const path = new URL(`../../schema/${name}-v1.schema.json`, import.meta.url);
  return new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(path, 'utf8')));
}

test('a log is reported with its ranges', async () => {
  const { code, stdout, stderr } = await irqbench(['import', LOG]);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^irqbench import · .*kvm-irqfd-fork\.log · backend imported\n/);
  assert.match(stdout, /^register +30,000 +262 us to 524 us +524 us to 1\.05 ms /m);
  assert.match(stdout, /^ +262144 -> 524287 +: 9264 /m);
  assert.match(stdout, /kvm_vm_create_worker_thread 2,000, p50 /);
  assert.doesNotMatch(stdout, /^(audit|timing|work|lock contention)/m);
});

test('its JSON follows the published schema, and is reported and imported again', async () => {
  const saved = join(folder, 'trace.json');
  const { code } = await irqbench(['import', LOG, '--output', saved]);
  assert.equal(code, 0);
  const result = JSON.parse(readFileSync(saved, 'utf8')) as RealResult;
  const validate = published('result');
  assert.ok(validate(result), JSON.stringify(validate.errors));
  assert.deepEqual(result.latency.register.percentileRanges?.['50'], {
    lowNs: 524_288,
    highNs: 1_048_575,
  });
  const printed = await irqbench(['report', saved, '--format', 'funclatency']);
  assert.equal(printed.code, 0, printed.stderr);
  const again = await irqbench(['import', '-', '--format', 'json'], { stdin: printed.stdout });
  const { latency } = JSON.parse(again.stdout) as RealResult;
  assert.deepEqual(latency.register.buckets, result.latency.register.buckets);
  assert.equal(latency.register.meanNs, result.latency.register.meanNs);
});

test('lines that are not read are said, each with its number', async () => {
  const stdin = `${trace('bpftrace.log')}\u001b[31mwhat\u0007 is this\n`;
  const { code, stderr } = await irqbench(['import', '-'], { stdin });
  assert.equal(code, 0);
  assert.deepEqual(linesOf(stderr), [
    'irqbench: note: standard input:23: not read: Lost 3 events',
    'irqbench: note: standard input:24: not read: [31mwhat  is this',
  ]);
  const quiet = await irqbench(['import', '-', '--quiet'], { stdin });
  assert.equal(quiet.stderr, '');
  const many = await irqbench(['import', '-'], { stdin: stdin + 'more\n'.repeat(30) });
  assert.equal(linesOf(many.stderr).length, 11);
  assert.match(many.stderr, /22 more lines were not read/);
});

test('the reproducer’s cycles by the rate of its host', async () => {
  const out = tracePath('kvm-irqfd-fork.out');
  const args = ['import', out, '--tsc-hz', '2.5GHz', '--samples', '1500', '--per-vm'];
  const { code, stdout, stderr } = await irqbench(args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^idx 2 min 260506 max 7602176 avg 1412082$/m);
  const without = await irqbench(['import', out]);
  assert.equal(without.code, 2);
  assert.match(without.stderr, /kvm-irqfd-fork\.out:1: .*--tsc-hz/);
});

const SMALL = ['--vms', '20', '--burst', '2', '--rounds', '3', '--hold', '0'];

test('a trace is compared with a strategy by its histogram; a verdict cannot be told', async () => {
  const args = ['compare', LOG, 'linux-6.17', ...SMALL];
  const { code, stdout, stderr } = await irqbench(args);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^register took .*linux-6\.17$/m);
  assert.match(stdout, /^262 us to 524 us +30\.9 % */m);
  assert.match(stdout, /a trace of a real kernel/);
  assert.match(stdout, /cannot be told apart by register\.p50: .* is a trace without rounds/);
  const json = await irqbench([...args, '--format', 'json']);
  const result = JSON.parse(json.stdout) as CompareResult;
  const validate = published('compare');
  assert.ok(validate(result), JSON.stringify(validate.errors));
  assert.deepEqual([...new Set(result.comparisons.map(({ verdict }) => verdict))], ['cannot tell']);
  assert.ok(result.environment, 'the machine that the strategy ran on');
  for (const format of ['csv', 'markdown', 'funclatency']) {
    const printed = await irqbench([...args, '--format', format]);
    assert.equal(printed.code, 0, `${format}: ${printed.stderr}`);
  }
});

test('traces are compared with each other, and a file without an extension is one', async () => {
  const bare = join(folder, 'bare');
  writeFileSync(bare, trace('bpftrace.log'));
  const { code, stdout, stderr } = await irqbench(['compare', bare, LOG], { cwd: folder });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /traces of real kernels/);
  const byName = await irqbench(['compare', 'bare', LOG], { cwd: folder });
  assert.equal(byName.code, 0, byName.stderr);
});

const binary = join(folder, 'binary');
writeFileSync(binary, 'idx 0\n\0\0');
for (const [args, message] of [
  [[binary], /binary:2: has NUL bytes/],
  [['/nonexistent'], /\/nonexistent: cannot be read/],
  [['-'], /standard input: no table with a count/],
  [[LOG, '--tsc-hz', 'fast'], /--tsc-hz.*Give cycles a second/],
  [[LOG, '--samples', '0'], /--samples.*Give a whole number/],
  [[LOG, '--unit', 'min'], /--unit.*ns, us, ms/],
  [[LOG, '--register', 'nobody'], /--register nobody: is not in /],
  [[], /missing required argument 'file'/],
] as const) {
  test(`irqbench import ${args.join(' ')}: one line and exit code 2`, async () => {
    const { code, stdout, stderr } = await irqbench(['import', ...args]);
    assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1]);
    assert.match(stderr, message);
  });
}
