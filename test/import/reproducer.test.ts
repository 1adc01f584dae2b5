import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imported, trace } from '../support/traces.js';

/** The lines that the reproducer prints, and that irqbench prints as it does. */

test('cycles become nanoseconds by the rate that is given', () => {
  const { latency, vms, warnings, fairness } = imported(trace('kvm-irqfd-fork.out'), {
    tscHz: 2.5e9,
    samples: 1500,
  });
  assert.deepEqual(
    vms.map(({ vm, register }) => [vm, register.minNs, register.maxNs, register.count]),
    [
      [0, 655_360 / 2.5, 19_922_944 / 2.5, 1500],
      [1, 662_144 / 2.5, 20_185_088 / 2.5, 1500],
      [2, 651_264 / 2.5, 19_005_440 / 2.5, 1500],
    ],
  );
  const { register } = latency;
  assert.equal(register.count, 4500);
  assert.deepEqual([register.minNs, register.maxNs], [651_264 / 2.5, 20_185_088 / 2.5]);
  assert.ok(Math.abs((register.meanNs ?? 0) - (3_512_998 + 3_498_110 + 3_530_204) / 7.5) < 1e-6);
  // Nothing says where in between the median lies.
  assert.deepEqual(register.percentileRanges?.['50'], {
    lowNs: 651_264 / 2.5,
    highNs: 20_185_088 / 2.5,
  });
  assert.deepEqual(warnings, []);
  assert.ok((fairness.jain ?? 0) > 0.99);
});

test('how many registrations they are of is an assumption, and said', () => {
  const { warnings } = imported(trace('kvm-irqfd-fork.out'), { tscHz: 2.5e9 });
  assert.match(warnings[0]?.message ?? '', /1,500 registrations each/);
});

test('cycles without their rate are refused by the line, or left out beside a histogram', () => {
  const lines = trace('kvm-irqfd-fork.out');
  assert.throws(() => imported(lines), { exitCode: 2, message: /^log:1: .*cycles.*--tsc-hz/ });
  const { vms, warnings, latency } = imported(trace('kvm-irqfd-fork.log') + lines);
  assert.deepEqual([vms, latency.register.count], [[], 30_000]);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['cycles'],
  );
});

test('beside a histogram they say how even it was, and the histogram the latency', () => {
  const log = trace('kvm-irqfd-fork.log') + trace('kvm-irqfd-fork.out');
  const { latency, vms, warnings } = imported(log, { tscHz: 2.5e9, samples: 1500 });
  assert.deepEqual([latency.register.count, vms.length], [30_000, 3]);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['two-clocks'],
  );
});

test('under irqbench’s own heading they are nanoseconds', () => {
  const { vms } = imported('register latency by VM, in ns\nidx 7 min 10 max 30 avg 20\n', {
    samples: 15,
  });
  assert.deepEqual(vms[0]?.register.meanNs, 20);
});

test('a line whose figures cannot be is not read', () => {
  assert.throws(() => imported('idx 0 min 30 max 10 avg 20\n', { tscHz: 1e9 }), {
    exitCode: 2,
    message: /^log:1: no table with a count/,
  });
});
