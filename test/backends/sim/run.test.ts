import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walkCostOf } from '../../../src/backends/sim/walk-cost.js';
import { EXIT, IrqbenchError } from '../../../src/errors.js';
import type { HostProfile } from '../../../src/model/host-profile.js';
import { phaseNames } from '../../../src/model/phases.js';
import type { RunPlan } from '../../../src/model/run-plan.js';
import type { RunResult } from '../../../src/model/run-result.js';
import { loadHost } from '../../../src/plan/host-file.js';
import { resolvePlan } from '../../../src/plan/resolve.js';
import { resolveStrategy } from '../../../src/plan/strategies.js';
import { LIST, planOf, XARRAY } from '../../support/plans.js';
import { figuresOf, plainProfile, profileOf, withFigures } from '../../support/profiles.js';
import { simulate } from '../../support/simulations.js';

/** Whole hosts in virtual time. */

test('a run has every sample of its plan, a clean audit and no wall-clock time', async () => {
  const plan = planOf();
  const result = await simulate(plan, profileOf());
  assert.equal(result.backend, 'sim');
  assert.equal(result.failure, null);
  assert.equal(result.partial, false);
  assert.equal(result.timer, null);
  assert.deepEqual(result.environment, profileOf());
  assert.equal(result.latency.register.count, plan.burst * plan.irqfds * plan.rounds);
  assert.equal(result.latency.vmReady.count, plan.burst * plan.rounds);
  assert.deepEqual(result.audit, { damage: 0, findings: [] });
  assert.deepEqual([result.timing.setupNs, result.timing.startNs], [0, 0]);
  // Four rounds of a millisecond's hold, each with its way out of the deepest idle state.
  const hold = 1e6 + 50_000 + 133_000 + 4_000;
  assert.ok(result.timing.runNs > 4 * hold, `${result.timing.runNs}`);
  assert.ok(result.timing.runNs < 4 * hold + 1e6, `${result.timing.runNs}`);
});

test('what a simulation counts is what real threads count', async () => {
  const { runToEnd } = await import('../../support/runs.js');
  for (const strategy of [LIST, XARRAY, resolveStrategy('outside', {})]) {
    const plan = planOf({ strategy, producersPerVm: 2, connectFailureRate: 0.3, burst: 1 });
    const [simulated, real] = [await simulate(plan, profileOf()), await runToEnd(plan)];
    assert.deepEqual(simulated.work, real.work);
    assert.equal(simulated.lock.acquisitions, real.lock.acquisitions);
  }
});

const HOSTS: readonly [name: string, host: HostProfile][] = [
  ['two sockets', profileOf()],
  ['two CPUs', plainProfile(2)],
];
const STRATEGIES = ['linux-6.2', 'linux-6.17', 'hlist', 'sharded', 'rwsem', 'outside', 'no-bypass'];

for (const [name, host] of HOSTS) {
  for (const preset of STRATEGIES) {
    test(`${preset} on ${name}: complete, clean, and the same to the byte again`, async () => {
      const strategy = resolveStrategy(preset as 'linux-6.2', {});
      const plan = planOf({ strategy, burst: 6, producersPerVm: 2, connectCostNs: 500 });
      const first = await simulate(plan, host);
      assert.equal(first.failure, null);
      assert.deepEqual(first.audit, { damage: 0, findings: [] });
      assert.deepEqual(first.deterministic.includes('latency.register.meanNs'), true);
      const second = await simulate(plan, host);
      assert.equal(JSON.stringify(second), JSON.stringify(first));
    });
  }
}

for (const lock of ['linux-mutex', 'tas', 'ttas', 'ticket', 'mcs', 'mcs-park', 'cna'] as const) {
  test(`${lock}: runs to its end, with more VMs than CPUs as well`, async () => {
    const strategy = resolveStrategy('linux-6.2', { lock });
    for (const host of [profileOf(), plainProfile(2), plainProfile(1)]) {
      const result = await simulate(planOf({ strategy, burst: 5, vms: 50 }), host);
      assert.equal(result.failure, null);
      assert.equal(result.partial, false);
      assert.equal(result.audit.damage, 0);
    }
  });
}

test('doubling the cost of a node doubles the uncontended latency of lists, not of trees', async () => {
  const meanNs = async (host: HostProfile, plan: Partial<RunPlan>) => {
    const { latency } = await simulate(planOf({ burst: 1, vms: 1_000, ...plan }), host);
    return latency.register.meanNs as number;
  };
  const host = plainProfile(1);
  const doubled = withFigures(host, {
    'caches.l1.cycles': 2 * host.caches.l1.cycles.value,
    'caches.l2.cycles': 2 * host.caches.l2.cycles.value,
    'caches.l3.ns': 2 * host.caches.l3.ns.value,
    'memory.localNs': 2 * host.memory.localNs.value,
  });
  const walkNs = 5_000 * walkCostOf(host).nodeNs(5_000);
  const list = await meanNs(host, {});
  assert.ok(Math.abs(list / walkNs - 1) < 0.01, `${list} of ${walkNs} ns`);
  assert.ok(Math.abs((await meanNs(doubled, {})) / list - 2) < 0.01);
  assert.ok((await meanNs(host, { strategy: XARRAY })) < list / 50);
});

test('the cost of a node follows from the caches, or from measured points', () => {
  const { nodeNs } = bound(walkCostOf(plainProfile(1)));
  // 64 lines fit into the eighth of the first cache that 512-byte distances leave.
  assert.equal(nodeNs(64), 2);
  assert.equal(nodeNs(128), 2 / 2 + 6 / 2);
  assert.equal(nodeNs(2_048), 2 / 32 + (31 / 32) * 6);
  assert.equal(nodeNs(4_096), 2 / 64 + (31 / 64) * 6 + 30 / 2);
  assert.ok(nodeNs(1e8) > 79 && nodeNs(1e8) < 80);
  const of = (value: number) => ({ value, assumed: 'a point' });
  const points = [
    { nodes: 10_000, ns: of(40) },
    { nodes: 100, ns: of(10) },
  ];
  const measured = bound(walkCostOf({ ...plainProfile(1), walk: points }));
  assert.deepEqual(
    [1, 100, 1_000, 10_000, 1e6].map((nodes) => Math.round(measured.nodeNs(nodes) * 1e6) / 1e6),
    [10, 10, 12.727273, 40, 40],
  );
});

function bound<T extends { nodeNs(nodes: number): number }>(cost: T) {
  return { nodeNs: (nodes: number) => cost.nodeNs(nodes) };
}

test('moving any figure of a profile moves a result', async () => {
  // A shared cache that a walk of 20,000 nodes leaves.
  const host = profileOf({ 'caches.l3.bytes': 2 ** 20 });
  const scenarios: Partial<RunPlan>[] = [
    // More VMs than CPUs, long sections: slices, switches, busy siblings, sleeps.
    { burst: 20, vms: 600, rounds: 2, createCostNs: 4e6, release: 'free' },
    // Spins that look so many times, back-offs, and lines between sockets.
    { burst: 6, strategy: resolveStrategy('linux-6.17', { lock: 'ttas' }) },
    // Walks that leave even the shared cache.
    { burst: 1, vms: 4_000, rounds: 1, warmupRounds: 0 },
  ];
  const digests = async (profile: HostProfile) => {
    const all: string[] = [];
    for (const scenario of scenarios) {
      const { environment: _, ...result } = await simulate(planOf(scenario), profile);
      all.push(JSON.stringify(result));
    }
    return all;
  };
  const before = await digests(host);
  for (const [path, { value }] of figuresOf(host)) {
    const isCount = path.startsWith('topology.');
    const moved = withFigures(host, { [path]: isCount ? value + 1 : value * 1.5 });
    const after = await digests(moved);
    assert.ok(
      after.some((digest, at) => digest !== before[at]),
      `${path} does not matter`,
    );
  }
});

test('pinned to one CPU, VMs have no parallelism', async () => {
  const spread = await simulate(planOf({ createCostNs: 1e6, pin: 'spread' }), profileOf());
  const one = await simulate(planOf({ createCostNs: 1e6, pin: [0] }), profileOf());
  assert.ok(one.timing.runNs > spread.timing.runNs + 4 * 2e6 * 0.9);
});

test('an interrupted run ends with what it has, and is clean', async () => {
  const controller = new AbortController();
  const result = await simulate(planOf({ rounds: 100_000, vms: 100 }), profileOf(), {
    signal: controller.signal,
    onProgress: ({ phase }) => {
      if (phase === 'rounds') controller.abort();
    },
  });
  assert.equal(result.partial, true);
  assert.equal(result.failure, null);
  assert.ok(result.latency.register.count > 0);
  assert.equal(result.audit.damage, 0);
});

test('a slow lock is slow in virtual time', async () => {
  const slow = planOf({ burst: 1, vms: 500, fault: { kind: 'slow-lock', factor: 2 } });
  const meanNs = async (plan: RunPlan) =>
    (await simulate(plan, plainProfile(1))).latency.register.meanNs as number;
  const ratio = (await meanNs(slow)) / (await meanNs({ ...slow, fault: null }));
  assert.ok(Math.abs(ratio - 2) < 0.05, `${ratio}`);
});

test('what cannot be simulated is refused before anything begins', async () => {
  for (const [changes, expected] of [
    [
      { fault: { kind: 'kill-vm', round: 1, vm: 0, holding: true } },
      /^--fault kill-vm: no thread dies in a simulation; give slow-lock, or --backend threads$/,
    ],
    [{ background: 'threads' }, /^--background threads: simulated background VMs are state; /],
    [{ pin: [0, 8] }, /^--pin: the host has no CPU 8; give some of 0-7$/],
  ] as const) {
    let hasBegun = false;
    const onBegin = async () => {
      hasBegun = true;
    };
    await assert.rejects(
      simulate(planOf(changes as Partial<RunPlan>), profileOf(), { onBegin }),
      (thrown: unknown) =>
        thrown instanceof IrqbenchError &&
        thrown.exitCode === EXIT.usage &&
        expected.test(thrown.message),
    );
    assert.equal(hasBegun, false);
  }
});

test('a lock that is never released is found out, and who has it is named', async () => {
  const lock = new URL('../../../../test/fixtures/greedy-lock.mjs', import.meta.url).pathname;
  const strategy = resolveStrategy('linux-6.17', { lock });
  const plan = planOf({ strategy, irqfds: 1 });
  for (const [host, expected] of [
    // Where each has a CPU, all spin and nothing happens any more.
    [profileOf(), /^nothing is left to happen: burst VM \d .* waits for the lock .*burst VM \d/],
    // Where they share one, they take turns for ever.
    [plainProfile(1), /^no progress for 10\.0 s: burst VM \d .* waits for the lock .*burst VM \d/],
  ] as const) {
    const result: RunResult = await simulate(plan, host);
    assert.match(result.failure ?? '', expected);
    assert.equal(result.partial, true);
    assert.equal(JSON.stringify(await simulate(plan, host)), JSON.stringify(result));
  }
});

test('a lock that throws ends its VM, and the run says which', async () => {
  const lock = new URL('../../../../test/fixtures/throwing-lock.mjs', import.meta.url).pathname;
  const plan = planOf({ strategy: resolveStrategy('linux-6.17', { lock }) });
  const deaths: unknown[] = [];
  const onDeath = (thrown: unknown) => deaths.push(thrown);
  const result = await simulate(plan, profileOf(), { onDeath });
  assert.match(result.failure ?? '', /^burst VM \d died: .*(range|bounds)/i);
  assert.equal(deaths.length, 1);
});

test('who comes back before a spinner has seen the release keeps the lock, and leads its life alone', async () => {
  const host = loadHost('icelake-144');
  const burst = { burst: '64', vms: '2000', irqfds: '1', rounds: '20', hold: '0', release: 'free' };
  const options = { ...burst, phases: 'bare', strategy: 'linux-6.2', lock: 'linux-mutex' };
  const contended = async (own: Record<string, string>) => {
    const { lock } = await simulate(resolvePlan({ ...options, ...own }, host).plan, host);
    return lock.contended;
  };
  // Each but the first waits once, for all the lives before it: a warm-up hides it.
  assert.equal(await contended({ warmupRounds: '0' }), 63);
  assert.equal(await contended({ warmupRounds: '1' }), 0);
  assert.equal(await contended({ warmupRounds: '1', assignCost: '3us' }), 64 * 20);
});

test('each phase around the manager can be left out, and does something', async () => {
  const host = loadHost('xeon-8255c');
  const options = { vms: '60', burst: '6', rounds: '4', release: 'free', hold: '20ms' };
  const runOf = async (phases: string) => {
    const { timing, failure } = await simulate(
      resolvePlan({ ...options, phases }, host).plan,
      host,
    );
    assert.equal(failure, null);
    return timing.runNs;
  };
  const all = await runOf('kernel');
  for (const phase of phaseNames) {
    const others = phaseNames.filter((name) => name !== phase);
    assert.notEqual(await runOf(others.join(',')), all, phase);
  }
});
