import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { CompareResult } from '../../src/model/compare-result.js';
import { phaseNames } from '../../src/model/phases.js';
import { irqbench, linesOf, scratchFolder, TINY } from './irqbench.js';

/** `irqbench compare` as its users run it. */

const folder = scratchFolder();
/** Strategies are compared in a second or two. */
const SMALL = ['--vms', '20', '--burst', '2', '--rounds', '4', '--hold', '0'];

async function compareJson(args: readonly string[]): Promise<CompareResult> {
  const { code, stdout, stderr } = await irqbench(['compare', ...args, '--format', 'json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as CompareResult;
}

test('the text says who is compared, the figures, and a verdict on each', async () => {
  const args = ['compare', 'linux-6.2', 'linux-6.17', 'outside', ...SMALL];
  const { code, stdout, stderr } = await irqbench(args);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  assert.match(stdout, /^irqbench compare · linux-6\.2 \(reference\), linux-6\.17, outside · /);
  for (const section of [
    /^strategy +register p50 .*max +VM ready p99 +contended +CPU time$/m,
    /^strategy +registrations +nodes visited/m,
    /^register\.p50, median over the rounds/m,
    /^metric +strategy +ratio +95 % interval +p \(Holm\) +verdict$/m,
    /^vmReady\.p50 +outside /m,
  ]) {
    assert.match(stdout, section);
  }
  for (const line of linesOf(stdout)) assert.equal(line, line.trimEnd());
});

test('its JSON follows the published schema; the order of rounds is the seed’s', async () => {
  const published = readFileSync(
    new URL('../../schema/compare-v1.schema.json', import.meta.url),
    'utf8',
  );
  assert.equal((await irqbench(['schema', 'compare'])).stdout, published);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(published));
  const args = ['linux-6.17', 'linux-6.17', 'sharded,scope=sharded:2', ...SMALL];
  const [first, again, other] = [
    await compareJson(args),
    await compareJson(args),
    await compareJson([...args, '--seed', '2']),
  ] as const;
  assert.ok(validate(first), JSON.stringify(validate.errors));
  assert.deepEqual(
    first.runs.map(({ label }) => label),
    ['linux-6.17', 'linux-6.17 (2)', 'xarray+mutex+sharded:2'],
  );
  assert.equal(first.order.length, 5, 'four rounds and the warm-up');
  for (const turns of first.order) {
    assert.deepEqual([...turns].sort(), first.runs.map(({ label }) => label).sort());
  }
  assert.deepEqual(again.order, first.order);
  assert.notDeepEqual(other.order, first.order);
  for (const { result } of first.runs) {
    assert.equal(result.partial, false);
    assert.equal(result.audit?.damage, 0);
    assert.equal(result.rounds.length, 4);
    assert.equal(result.latency.register.count, 2 * 15 * 4);
  }
  const counts = ({ runs }: CompareResult) =>
    runs.map(({ result: { work, lock } }) => [work?.nodesVisited, lock?.acquisitions]);
  assert.deepEqual(counts(again), counts(first), 'the work is the plan’s');
});

test('strategies are compared inside the kernel around the lock as well', async () => {
  const args = ['linux-6.2', 'linux-6.17', ...SMALL, '--phases', 'kernel'];
  const { runs, failure } = await compareJson(args);
  assert.equal(failure, null);
  for (const { result } of runs) {
    assert.deepEqual(result.plan?.phases, phaseNames);
    assert.equal(result.audit?.damage, 0);
    assert.equal(result.latency.deassign?.count, 2 * 15 * 4);
  }
  const { stdout } = await irqbench(['compare', ...args]);
  assert.match(stdout, /, phases kernel, seed 1$/m);
});

test('a grid leaves out what does not go together, with the reason', async () => {
  const axes = ['scope=global,token:2', 'connect=inside,outside'];
  const { code, stdout, stderr } = await irqbench([
    'compare',
    '--matrix',
    ...axes,
    ...SMALL,
    '--format',
    'json',
  ]);
  assert.equal(code, 0, stderr);
  const { runs } = JSON.parse(stdout) as CompareResult;
  assert.deepEqual(
    runs.map(({ label }) => label),
    ['linux-6.2', 'list+mutex+token:2'],
  );
  assert.equal(linesOf(stderr).filter((line) => line.includes('is left out: ')).length, 2, stderr);
});

test('results that were saved are compared by what they hold', async () => {
  const [old, young] = [join(folder, 'old.json'), join(folder, 'young.json')] as const;
  for (const [file, strategy] of [
    [old, 'linux-6.2'],
    [young, 'linux-6.17'],
  ] as const) {
    const { code } = await irqbench([...TINY, '--strategy', strategy, '--output', file]);
    assert.equal(code, 0);
  }
  const result = await compareJson([old, young, 'hlist', ...SMALL, '--metric', 'register.mean']);
  assert.deepEqual(
    result.runs.map(({ label, file }) => [label, file]),
    [
      [old, old],
      [young, young],
      ['hlist', null],
    ],
  );
  assert.deepEqual(
    result.comparisons.map(({ metric }) => metric),
    ['register.mean', 'register.mean'],
  );
  assert.equal(result.warnings[0]?.code, 'not-interleaved');
  const filesAlone = await irqbench(['compare', old, young]);
  assert.equal(filesAlone.code, 0, filesAlone.stderr);
  assert.match(filesAlone.stdout, /cannot tell/, 'two rounds are too few for any verdict');
});

test('every format, and a saved comparison is read back', async () => {
  const saved = join(folder, 'comparison.json');
  const args = ['compare', 'linux-6.2', 'linux-6.17', ...SMALL, '--output', saved];
  const { code, stdout } = await irqbench([...args, '--format', 'csv']);
  assert.equal(code, 0);
  assert.equal(linesOf(stdout).length, 1 + 2 * 3);
  for (const format of ['text', 'json', 'csv', 'hgrm', 'funclatency', 'markdown']) {
    const report = await irqbench(['report', saved, '--format', format]);
    assert.equal(report.code, 0, report.stderr);
    assert.ok(report.stdout.length > 100, format);
  }
});

test('--print-plan shows what would be compared, and runs nothing', async () => {
  const { code, stdout } = await irqbench([
    'compare',
    'linux-6.2',
    'index=xarray,lock=mcs',
    '--print-plan',
  ]);
  assert.equal(code, 0);
  assert.match(stdout, /^strategy xarray\+mcs: index xarray, lock mcs, /m);
  assert.match(stdout, /^vms +800 +default$/m);
  assert.doesNotMatch(stdout, /^lock /m);
});

for (const [args, message] of [
  [[], /compare: needs at least two strategies/],
  [['linux-6.2'], /compare: needs at least two strategies/],
  [['linux-6.2', 'linux-6.3'], /"linux-6\.3" is no strategy \(did you mean linux-6\.2\?\)/],
  [['linux-6.2', 'lok=mcs'], /"lok" is no axis of a strategy \(did you mean lock\?\)/],
  [['linux-6.2', 'lock=mcs,lock=tas'], /lock is given twice/],
  [['linux-6.2', 'lock=futex'], /compare lock: "futex" is no lock/],
  [
    ['linux-6.2', 'scope=token'],
    /scope token does not go with connect inside: .*--connect outside/,
  ],
  [['linux-6.2', 'scope=sharded:0'], /has no such number of shards/],
  [['linux-6.2', 'lock=./absent.mjs'], /--lock \.\/absent\.mjs: cannot be imported/],
  [['linux-6.2', './absent.json'], /\.\/absent\.json: cannot be read/],
  [['linux-6.2', 'hlist', '--metric', 'register.p51'], /--metric.*Give one of register\.min/],
  [['linux-6.2', 'hlist', '--noise', 'some'], /--noise.*Give a share/],
  [['--matrix', 'scope=global', 'connect=outside'], /--matrix: no combination is left/],
  [['--matrix', 'lock=mutex', 'lock=tas'], /--matrix: lock is given twice/],
  [['--matrix', 'lock'], /--matrix: "lock" is no axis=value/],
  [['linux-6.2', 'hlist', '--lock', 'mcs'], /unknown option '--lock'/],
] as const) {
  test(`compare ${args.join(' ')} is refused in one line`, async () => {
    const { code, stdout, stderr } = await irqbench(['compare', ...args]);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.equal(linesOf(stderr).length, 1, stderr);
  });
}

test('a comparison is no contender', async () => {
  const saved = join(folder, 'whole.json');
  writeFileSync(saved, JSON.stringify(await compareJson(['linux-6.2', 'hlist', ...SMALL])));
  const { code, stderr } = await irqbench(['compare', saved, 'linux-6.2']);
  assert.equal(code, 2);
  assert.match(stderr, /whole\.json: is a comparison already/);
});

test('an interrupt ends a comparison with what was measured', async () => {
  let isSignalled = false;
  const { code, stdout, stderr } = await irqbench(
    ['compare', 'linux-6.2', 'linux-6.17', ...SMALL, '--hold', '60s'],
    {
      onStdout: (child) => {
        if (isSignalled) return;
        isSignalled = true;
        setTimeout(() => child.kill('SIGINT'), 2500);
      },
    },
  );
  assert.equal(code, 130, stderr);
  assert.match(stdout, /PARTIAL/);
  assert.match(stderr, /interrupted: the result is partial/);
});

test('a strategy that fails ends the comparison, and is named', async () => {
  const { code, stdout, stderr } = await irqbench([
    'compare',
    'linux-6.2',
    'hlist',
    ...SMALL,
    '--fault',
    'throw-vm@round=2,vm=1',
  ]);
  assert.equal(code, 3, stderr);
  assert.match(stdout, /FAILED|PARTIAL/);
  assert.match(stderr, /(linux-6\.2|hlist): burst VM 1 died: fault throw-vm/);
});
