import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imported, trace } from '../support/traces.js';

/** bcc's funclatency, in the layout of its example file. */

test('the published log of the reproducer: two functions, every count', () => {
  const { latency, imported: facts, warnings } = imported(trace('kvm-irqfd-fork.log'));
  const { register } = latency;
  assert.deepEqual(
    register.buckets?.map(({ lowNs, highNs, count }) => [lowNs, highNs, count]),
    [
      [262_144, 524_287, 9264],
      [524_288, 1_048_575, 6041],
      [1_048_576, 2_097_151, 8617],
      [2_097_152, 4_194_303, 4063],
      [4_194_304, 8_388_607, 2015],
    ],
  );
  assert.deepEqual([register.count, register.meanNs], [30_000, 1_405_199]);
  assert.deepEqual(register.percentileRanges, {
    '50': { lowNs: 524_288, highNs: 1_048_575 },
    '99': { lowNs: 4_194_304, highNs: 8_388_607 },
  });
  assert.equal(latency.deregister.count, 0);
  assert.deepEqual(facts?.functions, {
    register: 'irq_bypass_register_consumer',
    deregister: null,
    vmReady: null,
  });
  assert.deepEqual(
    facts?.others.map((other) => [other.name, other.latency.count, other.latency.meanNs]),
    [['kvm_vm_create_worker_thread', 2000, 814_598]],
  );
  assert.deepEqual([facts?.unread.count, warnings], [0, []]);
});

test('microseconds are ranges of a thousand, and intervals of one function add up', () => {
  const { latency } = imported(trace('funclatency-usecs.log'));
  assert.deepEqual(latency.register.buckets, [
    { lowNs: 0, highNs: 1999, count: 13 },
    { lowNs: 2000, highNs: 3999, count: 40 },
    { lowNs: 4000, highNs: 7999, count: 12 },
    { lowNs: 8000, highNs: 15_999, count: 4 },
  ]);
  assert.equal(latency.deregister.count, 14);
  // Each sample lost what it had below a microsecond.
  assert.equal(latency.register.meanNs, null);
  const { lowNs, highNs } = latency.register.meanRange ?? {};
  assert.ok(Math.abs((lowNs as number) - (131 + 92) * (1000 / 69)) < 1e-6, String(lowNs));
  assert.ok(Math.abs((highNs as number) - (lowNs as number) - 999) < 1e-6, String(highNs));
});

test('milliseconds, without totals and without a name', () => {
  const {
    latency,
    imported: facts,
    warnings,
  } = imported(`     msecs               : count     distribution
         0 -> 1          : 3        |****************************************|
         2 -> 3          : 1        |*************                           |
`);
  assert.deepEqual(latency.register.buckets, [
    { lowNs: 0, highNs: 1_999_999, count: 3 },
    { lowNs: 2e6, highNs: 3_999_999, count: 1 },
  ]);
  assert.deepEqual(latency.register.meanRange, { lowNs: 500_000, highNs: 2_499_999 });
  assert.equal(facts?.functions.register, 'line 1');
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['assumed-function'],
  );
});

test('a table whose rows are not what it says they are is told by its line', () => {
  const { warnings, latency } = imported(`Function = irq_bypass_register_consumer
     nsecs               : count     distribution
         4 -> 7          : 3        |****************************************|

avg = 5 nsecs, total: 21 nsecs, count: 4
`);
  assert.equal(latency.register.count, 3);
  assert.match(warnings[0]?.message ?? '', /^line 5 says count 4, and the table above it has 3$/);
});

test('a row that cannot follow ends the table and is said', () => {
  const { imported: facts } = imported(`     nsecs               : count     distribution
         4 -> 7          : 3        |****************************************|
         2 -> 3          : 1        |*                                       |
         8 -> 15         : many     |*                                       |
`);
  assert.deepEqual(
    facts?.unread.lines.map(({ line }) => line),
    [3, 4],
  );
});

test('tables of one function in two units do not go together', () => {
  const table = (unit: string) => `Function = irq_bypass_register_consumer
     ${unit}               : count     distribution
      1024 -> 2047       : 3        |****************************************|
         
`;
  assert.throws(() => imported(table('nsecs') + table('usecs').replace('1024 -> 2047', '1 -> 2')), {
    exitCode: 2,
    message:
      /^log: the tables of irq_bypass_register_consumer \(lines 2, 6\) have different bounds/,
  });
});
