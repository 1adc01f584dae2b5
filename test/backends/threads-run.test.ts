import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from '../../src/backends/backend.js';
import { deterministicMetrics } from '../../src/backends/threads/collect.js';
import { phaseNames } from '../../src/model/phases.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import { runResultSchema } from '../../src/model/run-result.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';
import { metric, runToEnd, untilNoWorkers } from '../support/runs.js';

for (const strategy of [LIST, XARRAY]) {
  for (const release of ['together', 'free'] as const) {
    test(`a run of ${strategy.index}, ${release}, is complete and sound`, async () => {
      const plan = planOf({ strategy, release });
      const result = await runToEnd(plan);
      assert.deepEqual(runResultSchema.parse(result), result);
      assert.deepEqual(result.plan, plan);
      assert.equal(result.partial, false);
      assert.equal(result.failure, null);
      assert.deepEqual(result.audit, { damage: 0, findings: [] });
      assert.equal(result.seed, plan.seed);

      const samples = plan.burst * plan.irqfds * plan.rounds;
      assert.equal(result.latency.register.count, samples);
      assert.equal(result.latency.deregister.count, samples);
      assert.equal(result.latency.vmReady.count, plan.burst * plan.rounds);
      assert.deepEqual(Object.keys(result.latency.register.percentiles), ['50', '99']);
      assert.equal(result.work.registrations, samples);
      assert.equal(result.work.deregistrations, samples);
      assert.equal(result.lock.acquisitions, 2 * samples);
      assert.deepEqual(result.work.errors, {});

      assert.deepEqual(
        result.rounds.map(({ round, register }) => [round, register.count]),
        [1, 2, 3].map((round) => [round, plan.burst * plan.irqfds]),
      );
      assert.deepEqual(
        result.vms.map(({ vm, register, vmReady }) => [vm, register.count, vmReady.count]),
        [0, 1, 2].map((vm) => [vm, plan.irqfds * plan.rounds, plan.rounds]),
      );
    });
  }
}

test('figures of one run do not contradict each other', async () => {
  const result = await runToEnd(planOf({ burst: 4, irqfds: 15, rounds: 5, holdNs: 0 }));
  const { latency, lock, fairness, timing, rounds, vms } = result;
  for (const { minNs, meanNs, maxNs } of [latency.register, latency.deregister, latency.vmReady]) {
    assert.ok(minNs !== null && meanNs !== null && maxNs !== null);
    assert.ok(minNs <= meanNs && meanNs <= maxNs);
  }
  for (const name of ['register', 'deregister', 'vmReady'] as const) {
    for (const series of [rounds, vms]) {
      const count = series.reduce((sum, one) => sum + one[name].count, 0);
      assert.equal(count, latency[name].count);
      assert.equal(Math.max(...series.map((one) => one[name].maxNs ?? 0)), latency[name].maxNs);
    }
  }
  assert.ok(lock.contended <= lock.acquisitions);
  assert.ok(lock.waitTotalNs >= lock.waitMaxNs);
  assert.ok(lock.parks >= lock.wakes);
  // Nobody waits for the lock outside what is timed.
  const timedNs = (['register', 'deregister'] as const)
    .map((name) => (latency[name].meanNs ?? 0) * latency[name].count)
    .reduce((sum, ns) => sum + ns, 0);
  assert.ok(lock.waitTotalNs <= timedNs * 1.000001);
  assert.ok(fairness.jain !== null && fairness.jain > 0.25 - 1e-9 && fairness.jain <= 1 + 1e-9);
  assert.ok(timing.runNs > 0 && timing.setupNs > 0 && timing.startNs >= timing.setupNs);
});

test('no thread is left when a run has ended', async () => {
  await runToEnd(planOf());
  await untilNoWorkers();
});

const REPEATED: [name: string, plan: RunPlan][] = [
  ['lists', planOf({ producersPerVm: 2, connectFailureRate: 0.3 })],
  ['lists of one VM', planOf({ burst: 1, release: 'free', producersPerVm: 1, irqfds: 3 })],
  ['an xarray', planOf({ strategy: XARRAY, release: 'free', burst: 4 })],
  [
    'lists in the kernel around the lock',
    planOf({ phases: [...phaseNames], release: 'free', warmupRounds: 3, producersPerVm: 2 }),
  ],
  ['a read section and a queue', planOf({ phases: ['srcu', 'queue'], warmupRounds: 2 })],
  [
    'an xarray with producers',
    planOf({
      strategy: XARRAY,
      producersPerVm: 5,
      producerOrder: 'after',
      connectFailureRate: 0.3,
      connectCostNs: 1000,
    }),
  ],
];

for (const [name, plan] of REPEATED) {
  test(`the same seed gives the same deterministic figures: ${name}`, async () => {
    const [first, second] = [await runToEnd(plan), await runToEnd(plan)];
    assert.deepEqual(first.deterministic, deterministicMetrics(plan));
    assert.ok(first.deterministic.length > 5);
    for (const path of first.deterministic) {
      const value = metric(first, path);
      assert.notEqual(value, undefined, `${path} is no figure of a result`);
      assert.deepEqual(value, metric(second, path), path);
    }
    if (plan.connectFailureRate > 0) assert.ok(first.work.connectFailures > 0);
    assert.equal(first.work.connects, first.work.disconnects);
    assert.equal(first.audit.damage, 0);
  });
}

for (const phases of [[...phaseNames], ...phaseNames.map((phase) => [phase])]) {
  test(`phases ${phases}: all of every round is counted, and nothing of the warm-up`, async () => {
    const plan = planOf({ phases, release: 'free', warmupRounds: 3 });
    const { work, lock, latency, audit, failure } = await runToEnd(plan);
    const samples = plan.burst * plan.irqfds * plan.rounds;
    assert.equal(failure, null);
    assert.deepEqual(audit, { damage: 0, findings: [] });
    assert.deepEqual([work.registrations, work.deregistrations], [samples, samples]);
    assert.equal(lock.acquisitions, 2 * samples);
    const { register, deregister, deassign, destroy } = latency;
    assert.deepEqual(
      [register.count, deregister.count, deassign?.count, destroy?.count],
      [samples, samples, samples, plan.burst * plan.rounds],
    );
    assert.ok((deassign?.meanNs ?? 0) > (deregister.meanNs ?? 0), 'there is more to the whole');
  });
}

test('another seed fails other connects', async () => {
  const plan = planOf({
    producersPerVm: 5,
    irqfds: 5,
    rounds: 10,
    connectFailureRate: 0.3,
    holdNs: 0,
  });
  const failures = await Promise.all(
    [1, 2, 3].map(async (seed) => (await runToEnd({ ...plan, seed })).work.connectFailures),
  );
  assert.ok(new Set(failures).size > 1, String(failures));
});

test('what a walk meets is deterministic only where nobody else walks', () => {
  const hasWalks = (plan: RunPlan) => deterministicMetrics(plan).includes('work.nodesVisited');
  assert.equal(hasWalks(planOf({ burst: 3 })), false);
  assert.equal(hasWalks(planOf({ burst: 1 })), true);
  assert.equal(hasWalks(planOf({ burst: 3, strategy: XARRAY })), true);
});

test('background VMs with threads of their own change nothing but the threads', async () => {
  const result = await runToEnd(planOf({ background: 'threads', vms: 5 }));
  assert.equal(result.failure, null);
  assert.equal(result.partial, false);
  assert.deepEqual(result.audit, { damage: 0, findings: [] });
  assert.equal(result.latency.register.count, 45);
  await untilNoWorkers();
});

test('progress goes from set-up over start and warm-up to the last round', async () => {
  const seen: Progress[] = [];
  const plan = planOf({ vms: 1200, rounds: 4, holdNs: 30e6 });
  await runToEnd(plan, { onProgress: (progress) => seen.push(progress) });
  const phases = ['set-up', 'start', 'warm-up', 'rounds'];
  const order = seen.map(({ phase }) => phases.indexOf(phase));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  // How often the main thread looks is the machine's business; the ends are always seen.
  assert.equal(seen[0]?.phase, 'set-up');
  assert.deepEqual(seen.at(-1), { phase: 'rounds', done: 4, total: 4 });
  for (const [i, { phase, done, total }] of seen.entries()) {
    assert.ok(done >= 0 && done <= total, `${done} of ${total} in ${phase}`);
    const previous = seen[i - 1];
    if (previous?.phase === phase) assert.ok(done >= previous.done, phase);
  }
});
