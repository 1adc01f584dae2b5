import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  checkBudget,
  type Limits,
  neededDescriptors,
  shareOut,
} from '../../../src/backends/kvm/budget.js';
import { planOf } from '../../support/plans.js';

/** What a run on the real kernel needs, against limits of all kinds. */

const AMPLE: Limits = { openFiles: 1e6, systemFree: 1e7, parentOpen: 20, memoryBytes: 100e9 };

function check(
  changes: Partial<Limits>,
  processes = 1,
  plan = planOf({ vms: 400, burst: 20, irqfds: 15 }),
) {
  checkBudget(plan, shareOut(plan, processes), { ...AMPLE, ...changes });
}

test('every VM is in one process, and the shares are as even as they go', () => {
  const shapes = fc.record({ vms: fc.nat({ max: 500 }), burst: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 60 }), ({ vms, burst }, wanted) => {
      const processes = Math.min(wanted, burst);
      const shares = shareOut(planOf({ vms, burst }), processes);
      assert.equal(shares.length, processes);
      for (const [key, all] of [
        ['background', vms],
        ['burst', burst],
      ] as const) {
        const parts = shares.map((share) => share[key]);
        assert.equal(
          parts.reduce((sum, part) => sum + part, 0),
          all,
        );
        assert.ok(Math.max(...parts) - Math.min(...parts) <= 1);
      }
      assert.ok(shares.every((share) => share.burst >= 1));
    }),
  );
});

test('a VM is a descriptor, and so is each of its irqfds', () => {
  const plan = planOf({ irqfds: 15 });
  const one = neededDescriptors(plan, { background: 1, burst: 1 });
  assert.equal(neededDescriptors(plan, { background: 11, burst: 1 }) - one, 160);
});

test('what is enough is enough', () => {
  check({});
  check({ openFiles: null, systemFree: null });
  check({ openFiles: 7000 });
});

const REFUSED: [string, Partial<Limits>, number, RegExp][] = [
  [
    'few files',
    { openFiles: 1024 },
    1,
    /need 6,8\d\d open files in one process, and 1,024 are allowed: --processes 8/,
  ],
  ['few files in each', { openFiles: 1024 }, 4, /in one of 4 processes/],
  ['far too few files', { openFiles: 50 }, 1, /raise the limit \(ulimit -n\), or lower --vms/],
  [
    'few files in the system',
    { systemFree: 500 },
    1,
    /the system has 500 left: raise fs\.file-max/,
  ],
  [
    'little memory',
    { memoryBytes: 100e6 },
    1,
    /in one process need \d+ MB of memory, and 100 MB are/,
  ],
];
for (const [what, limits, processes, message] of REFUSED) {
  test(`${what}: exit code 6 before anything starts, with what to do`, () => {
    assert.throws(() => check(limits, processes), { exitCode: 6, message });
  });
}

test('the number of processes that is advised does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 8000 }), (openFiles) => {
      const plan = planOf({ vms: 400, burst: 20, irqfds: 15 });
      try {
        check({ openFiles }, 1, plan);
      } catch (thrown) {
        const advised = /--processes (\d+)/.exec(String(thrown))?.[1];
        if (advised !== undefined) check({ openFiles }, Number(advised), plan);
      }
    }),
  );
});
