import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT } from '../../src/errors.js';
import { type Phase, phaseNames } from '../../src/model/phases.js';
import { runResultSchema } from '../../src/model/run-result.js';
import { spellPhases } from '../../src/model/spelling.js';
import { planOf } from '../support/plans.js';
import { END_MS, runToEnd, untilNoWorkers } from '../support/runs.js';
import { within } from '../support/watchdog.js';

/** Interrupted runs: they end at once, clean up, and give what was measured. */

const HOUR_NS = 3600e9;

test('an interrupt in the middle of a hold ends it, and all VMs leave in order', async () => {
  const controller = new AbortController();
  const plan = planOf({ vms: 10, warmupRounds: 0, holdNs: HOUR_NS });
  let isHolding = () => {};
  const holding = new Promise<void>((resolve) => {
    isHolding = resolve;
  });
  const run = runToEnd(plan, {
    signal: controller.signal,
    // The round is long in its hold when this has been heard a few times.
    onProgress: ({ phase }) => {
      if (phase === 'rounds') setTimeout(isHolding, 200);
    },
  });
  await holding;
  controller.abort();
  const result = await within(run, () => 'the interrupted run goes on', END_MS);
  assert.equal(result.partial, true);
  assert.equal(result.failure, null);
  assert.deepEqual(result.audit, { damage: 0, findings: [] });
  assert.deepEqual(result.deterministic, []);
  assert.deepEqual(runResultSchema.parse(result), result);
  assert.equal(result.latency.register.count, plan.burst * plan.irqfds);
  assert.equal(result.latency.deregister.count, plan.burst * plan.irqfds);
  assert.equal(result.rounds.length, 1);
  await untilNoWorkers();
});

test('an interrupted warm-up measured nothing', async () => {
  const controller = new AbortController();
  const plan = planOf({ vms: 10, warmupRounds: 1, holdNs: HOUR_NS });
  const run = runToEnd(plan, {
    signal: controller.signal,
    onProgress: ({ phase }) => {
      if (phase === 'warm-up') controller.abort();
    },
  });
  const result = await within(run, () => 'the interrupted run goes on', END_MS);
  assert.equal(result.partial, true);
  assert.equal(result.latency.register.count, 0);
  assert.equal(result.latency.register.hdr, null);
  assert.equal(result.work.registrations, 0);
  assert.deepEqual(result.rounds, []);
  assert.deepEqual(result.audit, { damage: 0, findings: [] });
  assert.equal(result.fairness.jain, null);
});

for (const phases of [[], [...phaseNames]]) {
  test(`an interrupt in the middle of work leaves nothing behind, phases ${spellPhases(phases)}`, () =>
    interruptAtWork(phases));
}

async function interruptAtWork(phases: Phase[]): Promise<void> {
  for (const delayMs of [0, 7, 23]) {
    const controller = new AbortController();
    const plan = planOf({
      phases,
      producersPerVm: 2,
      connectCostNs: 50e3,
      rounds: 100_000,
      holdNs: 0,
      release: 'free',
      warmupRounds: 0,
    });
    const run = runToEnd(plan, {
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'rounds') setTimeout(() => controller.abort(), delayMs);
      },
    });
    const result = await within(run, () => 'the interrupted run goes on', END_MS);
    assert.equal(result.partial, true);
    assert.deepEqual(result.audit, { damage: 0, findings: [] });
    assert.equal(result.latency.register.count, result.latency.deregister.count);
    assert.equal(result.work.connects, result.work.disconnects);
    await untilNoWorkers();
  }
}

test('a run that was interrupted before it began ends at once', async () => {
  const signal = AbortSignal.abort();
  const result = await within(runToEnd(planOf(), { signal }), () => 'it runs', END_MS);
  assert.equal(result.partial, true);
  assert.equal(result.failure, null);
  assert.equal(result.latency.register.count, 0);
  assert.deepEqual(result.audit, { damage: 0, findings: [] });
  await untilNoWorkers();
});

test('an interrupted set-up is no damage', async () => {
  // More VMs than are set up at a stretch: most of them will not be there.
  const plan = planOf({ vms: 5000 });
  await assert.rejects(
    within(runToEnd(plan, { signal: AbortSignal.abort() }), () => 'it runs', END_MS),
    { name: 'IrqbenchError', exitCode: EXIT.interrupted, message: /^interrupted/ },
  );
  await untilNoWorkers();
});
