import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectCost } from '../../src/measure/totals.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import { LINE_WORDS } from '../../src/sync/layout.js';
import { HostRig } from '../support/host-rig.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';

/** What callbacks cost: with work for the CPU, or asleep. */

const COST_NS = 3e6;
const ROUNDS = 2;
const PAIRS = 4;

function run(changes: Partial<RunPlan>) {
  const host = new HostRig(
    planOf({
      burst: 1,
      vms: 3,
      irqfds: PAIRS,
      producersPerVm: PAIRS,
      rounds: ROUNDS,
      holdNs: 0,
      connectCostNs: COST_NS,
      ...changes,
    }),
  );
  const begun = { wallMs: performance.now(), cpu: process.cpuUsage() };
  host.life(0).run();
  const cpu = process.cpuUsage(begun.cpu);
  assert.equal(host.audit().damage, 0);
  return {
    host,
    wallNs: (performance.now() - begun.wallMs) * 1e6,
    cpuNs: (cpu.user + cpu.system) * 1e3,
    paid: connectCost(host.totals(0), COST_NS),
  };
}

for (const strategy of [LIST, XARRAY]) {
  for (const connectMode of ['spin', 'sleep'] as const) {
    test(`${strategy.index}, ${connectMode}: each connect and disconnect pays, and says what`, () => {
      const { paid, wallNs } = run({ strategy, connectMode });
      assert.equal(paid.paid, 2 * ROUNDS * PAIRS);
      assert.ok((paid.achievedMeanNs as number) >= COST_NS);
      // One more round warms up.
      assert.ok(wallNs >= 2 * (ROUNDS + 1) * PAIRS * COST_NS);
    });
  }
}

test('a cost that is slept through leaves the CPU to others', () => {
  const { cpuNs, wallNs } = run({ connectMode: 'sleep', connectCostNs: 10e6 });
  assert.ok(cpuNs < wallNs / 2, `${cpuNs} of ${wallNs} ns`);
});

test('without a cost nothing is paid', () => {
  for (const connectMode of ['spin', 'sleep'] as const) {
    const { paid } = run({ connectMode, connectCostNs: 0 });
    assert.deepEqual([paid.paid, paid.achievedMeanNs], [0, null]);
  }
});

test('who wakes says that it runs again', () => {
  const { host } = run({ connectMode: 'sleep' });
  const { cpusAt } = host.layout.bypass;
  assert.equal(host.memory.words[cpusAt + 0 * LINE_WORDS], 0);
  assert.equal(host.memory.words[host.layout.bypass.napAt], 0);
});

test('inside the lock every callback is one under the lock', () => {
  const { host } = run({ connectCostNs: 0 });
  // Six callbacks of each connect and of each disconnect.
  assert.equal(host.counts(0).callbacksUnderLock, 12 * ROUNDS * PAIRS);
});
