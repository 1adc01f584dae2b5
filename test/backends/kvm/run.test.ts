import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KvmOptions, runOnKvm } from '../../../src/backends/kvm/run.js';
import { type RealResult, realResultSchema } from '../../../src/model/real-result.js';
import type { RunPlan } from '../../../src/model/run-plan.js';
import { openDescriptors } from '../../../src/system/limits.js';
import { childrenOf, NO_KVM } from '../../support/kvm.js';
import { planOf } from '../../support/plans.js';
import { within } from '../../support/watchdog.js';

/** Runs on the kernel of this machine, where it has KVM. */

const skip = NO_KVM;
const HOUR_NS = 3600e9;
/** Loaded machines take long to start threads and to destroy VMs. */
const END_MS = 60_000;

function run(plan: RunPlan, changes: Partial<KvmOptions> = {}): Promise<RealResult> {
  const ending = runOnKvm(plan, {
    percentiles: [50, 99],
    signal: new AbortController().signal,
    onBegin: async () => {},
    onDeath: () => {},
    onProgress: () => {},
    device: '/dev/kvm',
    processes: 1,
    ...changes,
  });
  return within(ending, () => 'the run does not end', END_MS);
}

for (const [release, processes] of [
  ['together', 1],
  ['together', 3],
  ['free', 2],
] as const) {
  test(`${release}, processes ${processes}: every irqfd of every round is measured`, {
    skip,
  }, async () => {
    const plan = planOf({ release, stallTimeoutNs: 0 });
    const before = openDescriptors();
    const result = await run(plan, { processes });
    assert.deepEqual([result.failure, result.partial, result.backend], [null, false, 'kvm']);
    assert.deepEqual(realResultSchema.parse(result), result);
    const { register, deregister, vmReady } = result.latency;
    const all = plan.burst * plan.rounds;
    assert.deepEqual(
      [register.count, deregister.count, vmReady.count],
      [all * plan.irqfds, all * plan.irqfds, all],
    );
    assert.ok((register.minNs ?? 0) > 0);
    assert.equal(result.rounds.length, plan.rounds);
    assert.equal(result.vms.length, plan.burst);
    assert.equal(result.kvm?.processes, processes);
    assert.ok((result.kvm?.foreignCallNs ?? 0) > 0);
    for (const phase of ['createVm', 'createIrqchip', 'destroyVm'] as const) {
      assert.equal(result.kvm?.[phase].count, all, phase);
    }
    assert.deepEqual(result.audit, { damage: 0, findings: [] });
    assert.equal(result.kvm?.descriptors?.after, result.kvm?.descriptors?.before);
    assert.equal(openDescriptors(), before);
  });
}

test('an interrupt in the middle of a hold ends it, and everything is closed', {
  skip,
}, async () => {
  const controller = new AbortController();
  const plan = planOf({ warmupRounds: 0, holdNs: HOUR_NS });
  const before = openDescriptors();
  const result = await run(plan, {
    processes: 2,
    signal: controller.signal,
    onProgress: ({ phase }) => {
      if (phase === 'rounds') setTimeout(() => controller.abort(), 300);
    },
  });
  assert.deepEqual([result.partial, result.failure], [true, null]);
  assert.deepEqual(realResultSchema.parse(result), result);
  assert.equal(openDescriptors(), before);
  assert.equal(result.latency.register.count, result.latency.deregister.count);
});

test('an interrupt of the set-up, or before it, ends with nothing measured', { skip }, async () => {
  for (const isEarly of [true, false]) {
    const controller = new AbortController();
    if (isEarly) controller.abort();
    const result = await run(planOf({ vms: 200 }), {
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'set-up') controller.abort();
      },
    });
    assert.deepEqual([result.partial, result.failure], [true, null]);
    assert.equal(result.latency.register.count, 0);
  }
});

test('a process that dies ends the run and takes the others along', { skip }, async () => {
  let isKilled = false;
  const before = openDescriptors();
  const result = await run(planOf({ warmupRounds: 0, holdNs: HOUR_NS }), {
    processes: 2,
    onProgress: ({ phase }) => {
      if (phase !== 'rounds' || isKilled) return;
      isKilled = true;
      process.kill(childrenOf(process.pid)[0] as number, 'SIGKILL');
    },
  });
  assert.match(result.failure ?? '', /^process [12] of 2 died: killed by SIGKILL$/);
  assert.deepEqual([result.partial, result.audit, result.kvm?.descriptors], [true, null, null]);
  assert.deepEqual(childrenOf(process.pid), []);
  assert.equal(openDescriptors(), before);
});

test('the machine that cannot is told before anything starts', async () => {
  let hasBegun = false;
  const onBegin = async () => {
    hasBegun = true;
  };
  await assert.rejects(run(planOf(), { device: '/nonexistent', onBegin }), {
    exitCode: 6,
    message: /^--backend kvm: /,
  });
  if (skip === false) {
    await assert.rejects(run(planOf({ vms: 1_000_000 }), { onBegin }), {
      exitCode: 6,
      message: /open files/,
    });
  }
  assert.equal(hasBegun, false);
});
