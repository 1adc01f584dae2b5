import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPlanSchema } from '../../src/model/run-plan.js';
import { kvmPlan } from '../../src/plan/kvm-plan.js';
import { resolvePlan } from '../../src/plan/resolve.js';
import { scratchFolder } from '../cli/irqbench.js';

/** Plans for the real kernel: what makes sense there. */

const of = (flags: Record<string, string>, processes = 1) =>
  kvmPlan(resolvePlan(flags), processes, 'linux-6.17');

test('numbers, holds and pace are taken as they are; the strategy is the kernel’s', () => {
  const plan = of({ vms: '100', burst: '4', hold: '5ms', release: 'free', pin: 'spread' }, 2);
  assert.deepEqual(
    [plan.vms, plan.burst, plan.holdNs, plan.release, plan.pin, plan.processes],
    [100, 4, 5e6, 'free', 'spread', 2],
  );
  assert.equal(plan.strategy.name, 'linux-6.17');
  assert.deepEqual(runPlanSchema.parse(plan), plan);
});

for (const [flags, reason] of [
  [{ strategy: 'linux-6.2' }, /^--strategy: not with --backend kvm: the kernel has a manager/],
  [{ lock: 'mcs' }, /^--lock: .*manager of its own/],
  [{ scope: 'global' }, /^--scope: /],
  [{ createCost: '1ms' }, /^--create-cost: .*measured/],
  [{ nodes: '2' }, /^--nodes: .*--pin/],
  [{ producersPerVm: '3' }, /^--producers-per-vm: .*real devices/],
  [{ connectCost: '5us' }, /^--connect-cost: /],
  [{ background: 'threads' }, /^--background: /],
  [{ fault: 'slow-lock=2' }, /^--fault: .*own manager/],
] as const) {
  test(`${Object.keys(flags)[0]} makes no sense on the real kernel`, () => {
    assert.throws(() => of(flags), { exitCode: 2, message: reason });
  });
}

test('what is asked for as it is anyway does no harm', () => {
  const plan = of({ producersPerVm: '0', connectCost: '0', background: 'state', nodes: '1' });
  assert.equal(plan.producersPerVm, 0);
});

test('more processes than burst VMs would measure nothing', () => {
  assert.throws(() => of({ burst: '3' }, 4), { exitCode: 2, message: /give at most 3/ });
});

const folder = scratchFolder();

test('a workload is carried out without its strategy and its costs, and refused with devices', () => {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, 'vms: 7\nstrategy: linux-6.2\nlock: mcs\ncreate-cost: 1ms\nnodes: 2\n');
  const plan = of({ workload: path });
  assert.deepEqual([plan.vms, plan.createCostNs, plan.nodes], [7, 0, 1]);
  assert.equal(plan.strategy.lock, 'mutex');
  writeFileSync(path, 'vms: 7\nproducers-per-vm: 3\n');
  assert.throws(() => of({ workload: path }), {
    exitCode: 2,
    message: /^workload .*mine\.yaml:2 producers-per-vm: not with --backend kvm/,
  });
  assert.equal(of({ workload: 'kvm-irqfd-fork' }).vms, 900);
});
