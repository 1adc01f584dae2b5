import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../src/model/run-plan.js';
import { runResultSchema } from '../../src/model/run-result.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';
import { END_MS, runToEnd, untilNoWorkers } from '../support/runs.js';
import { within } from '../support/watchdog.js';

/** VMs that die for real: the run ends, says who died, and keeps what was measured. */

type Death = Extract<Fault, { holding: boolean }>;

const WORDING: Record<Death['kind'], RegExp> = {
  'kill-vm': /^burst VM 1 died: its thread was killed \(exit code \d+\)$/,
  'throw-vm': /^burst VM 1 died: fault throw-vm$/,
  'oom-vm': /^burst VM 1 died: .*memory/,
};

const DEATHS: Death[] = (['kill-vm', 'throw-vm', 'oom-vm'] as const).flatMap((kind) =>
  [true, false].map((holding) => ({ kind, holding, round: 2, vm: 1 })),
);

for (const [i, fault] of DEATHS.entries()) {
  const where = fault.holding ? 'holding the lock' : 'outside the lock';
  test(`${fault.kind} ${where} ends the run with what was measured`, async () => {
    const strategy = i % 2 === 0 ? LIST : XARRAY;
    const plan = planOf({ fault, strategy, rounds: 1000, holdNs: 1e6 });
    const result = await within(runToEnd(plan), () => 'the run outlives its VM', END_MS);
    assert.match(result.failure ?? '', WORDING[fault.kind]);
    assert.equal(result.partial, true);
    assert.deepEqual(result.deterministic, []);
    assert.deepEqual(runResultSchema.parse(result), result);
    await untilNoWorkers();

    // The first round was whole, the second was the last.
    const perRound = plan.burst * plan.irqfds;
    assert.equal(result.rounds[0]?.register.count, perRound);
    assert.ok(result.latency.register.count < 2 * perRound);
    assert.ok(result.rounds.length <= 2);
    if (fault.holding) assert.ok(result.audit.findings.includes('the lock is still held'));
    else assert.ok(!result.audit.findings.includes('the lock is still held'));
  });
}

test('a VM that dies among VMs that run on their own ends them too', async () => {
  const fault: Fault = { kind: 'kill-vm', holding: false, round: 1, vm: 0 };
  // The others hold for an hour; who dies must wake them.
  const plan = planOf({ fault, release: 'free', holdNs: 3600e9, warmupRounds: 0 });
  const result = await within(runToEnd(plan), () => 'the others sleep on', END_MS);
  assert.match(result.failure ?? '', /^burst VM 0 died/);
  const others = result.vms.slice(1).map(({ register, deregister }) => [register, deregister]);
  for (const [register, deregister] of others) assert.equal(register?.count, deregister?.count);
});

test('a VM with threads in the background dies like any other', async () => {
  const fault: Fault = { kind: 'throw-vm', holding: false, round: 1, vm: 2 };
  const result = await runToEnd(planOf({ fault, background: 'threads', vms: 3 }));
  assert.match(result.failure ?? '', /^burst VM 2 died/);
  await untilNoWorkers();
});

test('a death that is not due does not come', async () => {
  const fault: Fault = { kind: 'kill-vm', holding: true, round: 4, vm: 0 };
  const result = await runToEnd(planOf({ fault, rounds: 3 }));
  assert.equal(result.failure, null);
  assert.equal(result.partial, false);
});

test('a slow lock makes sections longer, changes no count and damages nothing', async () => {
  const plan = planOf({ producersPerVm: 2, connectCostNs: 200e3, rounds: 4 });
  const slow = await runToEnd({ ...plan, fault: { kind: 'slow-lock', factor: 5 } });
  assert.equal(slow.failure, null);
  assert.equal(slow.partial, false);
  assert.equal(slow.audit.damage, 0);
  assert.equal(slow.work.connects, 3 * 2 * 4);
  // Every connect took its cost, and the section five times that.
  const connecting = slow.latency.register.maxNs ?? 0;
  assert.ok(connecting >= 5 * 200e3, `${connecting} ns for the longest registration`);
  const usual = await runToEnd(plan);
  assert.deepEqual({ ...slow.work, nodesVisited: 0 }, { ...usual.work, nodesVisited: 0 });
});
