import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionSampler } from '../../src/backends/threads/sessions.js';
import {
  layOutYardstick,
  linkYardstick,
  yardstickNodes,
} from '../../src/backends/threads/yardstick.js';
import { yardstickRounds } from '../../src/backends/threads/yardstick-rounds.js';
import { FIELD, initObject, reserveObjects } from '../../src/irqbypass/objects.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import { resolveStrategy } from '../../src/plan/strategies.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { planOf } from '../support/plans.js';
import { untilNoWorkers } from '../support/runs.js';
import { within } from '../support/watchdog.js';

const OPTIONS = {
  percentiles: [50],
  signal: new AbortController().signal,
  onBegin: async () => {},
  onDeath: () => {},
  onProgress: () => {},
};

test('a walk has about as many nodes as a registration looks at, from the plan alone', () => {
  const nodes = (preset: Parameters<typeof resolveStrategy>[0], vms = 800) =>
    yardstickNodes(planOf({ vms, irqfds: 15, strategy: resolveStrategy(preset, {}) }));
  assert.equal(nodes('linux-6.2'), 12_000);
  assert.equal(nodes('hlist', 8000), 234);
  assert.equal(nodes('linux-6.17'), 64);
  assert.equal(nodes('linux-6.2', 0), 64);
});

test('the ring goes through every consumer once, in the order of a list, whatever their places', () => {
  const layout = new Layout();
  const area = reserveObjects(layout, 10, 512);
  const memory = allocateMemory(layout.totalBytes);
  const places = [3, 7, 1, 9, 0, 5, 2, 8, 6, 4];
  for (const [id, place] of places.entries()) {
    initObject(memory.words, area.at + place * area.strideWords, id, 0, 1, 1);
  }
  const idsFrom = (ringAt: number, count: number) => {
    const ids: (number | undefined)[] = [];
    let node = ringAt;
    for (let i = 0; i < count; i++) {
      ids.push(memory.words[node + FIELD.ID]);
      node = memory.words[node + FIELD.RING] as number;
    }
    assert.equal(node, ringAt, 'it is a ring');
    return ids;
  };
  assert.deepEqual(idsFrom(linkYardstick(memory, area, 4), 4), [3, 2, 1, 0]);
  assert.deepEqual(idsFrom(linkYardstick(memory, area, 64), 10), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
});

test('rounds of the yardstick are those that are measured, of all VMs', () => {
  const plan = planOf({ burst: 2, irqfds: 3, rounds: 2, warmupRounds: 1 });
  const layout = layOutYardstick(plan, 64);
  const memory = allocateMemory(layout.bytes);
  for (let vm = 0; vm < 2; vm++) {
    const slab = layout.samplesAt + vm * layout.cellsPerVm;
    // The warm-up's three walks, then three of each round; and the whole of each round.
    const walks = [900, 900, 900, 10, 20, 30, 40, 50, 60].map((ns) => ns + vm);
    memory.doubles.set([...walks, 2700, 60 + vm, 150 + vm], slab);
  }
  const [first, second, ...others] = yardstickRounds(memory, layout, 2, 2);
  assert.deepEqual(others, []);
  assert.deepEqual([first?.register.count, first?.register.minNs], [6, 10]);
  assert.deepEqual([second?.register.minNs, second?.register.maxNs], [40, 61]);
  assert.equal(second?.vmReady.medianNs, 150.5);
});

test('sessions on the same threads are whole runs, and the work is that of any run', async () => {
  const plan: RunPlan = planOf({ rounds: 2 });
  const sampler = new SessionSampler(plan, yardstickNodes(plan), OPTIONS);
  try {
    const runs = await within(sampler.sessions(3), () => 'sessions do not end');
    assert.equal(runs.length, 3);
    for (const { result, yardstick } of runs) {
      assert.equal(result.failure, null);
      assert.equal(result.partial, false);
      assert.equal(result.audit.damage, 0);
      assert.equal(result.work.registrations, plan.burst * plan.irqfds * plan.rounds);
      assert.equal(yardstick.length, plan.rounds);
      for (const { register, vmReady } of yardstick) {
        assert.equal(register.count, plan.burst * plan.irqfds);
        assert.equal(vmReady.count, plan.burst);
        assert.ok((register.minNs ?? 0) > 0);
      }
    }
  } finally {
    await sampler.end();
  }
  await untilNoWorkers();
});

test('a session that fails is the last one', async () => {
  const plan = planOf({ fault: { kind: 'throw-vm', round: 1, vm: 0, holding: false } });
  const sampler = new SessionSampler(plan, 64, OPTIONS);
  try {
    const runs = await within(sampler.sessions(3), () => 'sessions do not end');
    assert.equal(runs.length, 1);
    assert.match(runs[0]?.result.failure ?? '', /died/);
  } finally {
    await sampler.end();
  }
  await untilNoWorkers();
});

test('an interrupt between sessions takes nothing of those that were measured', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const sampler = new SessionSampler(planOf({ rounds: 1 }), 64, { ...OPTIONS, signal });
  try {
    const before = await within(sampler.sessions(2), () => 'sessions do not end');
    assert.equal(before.length, 2);
    controller.abort();
    assert.deepEqual(await within(sampler.sessions(3), () => 'sessions do not end'), []);
  } finally {
    await sampler.end();
  }
});

test('an interrupt ends the session that runs', async () => {
  const controller = new AbortController();
  const sampler = new SessionSampler(planOf({ holdNs: 60e9 }), 64, {
    ...OPTIONS,
    signal: controller.signal,
    onProgress: ({ phase, done }) => {
      if (phase === 'sessions' && done >= 0) setTimeout(() => controller.abort(), 300);
    },
  });
  try {
    const runs = await within(sampler.sessions(3), () => 'sessions do not end');
    assert.equal(runs.length, 1);
    assert.equal(runs[0]?.result.partial, true);
  } finally {
    await sampler.end();
  }
});
