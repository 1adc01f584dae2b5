import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINE_WORDS, WORD_BYTES } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { layOutHost, Meeting, progressWord } from '../../src/vm/host.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';
import fc from '../support/properties.js';
import { MUTEX } from '../support/sites.js';

const plans = fc
  .record({
    vms: fc.nat(50),
    burst: fc.integer({ min: 1, max: 9 }),
    irqfds: fc.integer({ min: 1, max: 20 }),
    rounds: fc.integer({ min: 1, max: 12 }),
    producersPerVm: fc.nat(5),
    strategy: fc.constantFrom(LIST, XARRAY),
  })
  .map(planOf);

test('the parts of a host do not overlap and have room for what the plan says', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const layout = layOutHost(plan, MUTEX);
      const { bypass, recorders } = layout;
      const [table] = bypass.tables;
      assert.ok(table);
      const parts: [name: string, at: number, words: number][] = [
        ['stop', layout.stopAt, 1],
        ['gate', layout.gateAt, 2],
        ['doom', layout.doomAt, 1],
        ['barrier', layout.barrierAt, 2],
        ['progress', layout.progressAt, plan.burst * LINE_WORDS],
        ['counters', layout.countersAt * 2, plan.burst * 2 * 24],
        ['CPUs', bypass.cpusAt, plan.burst * LINE_WORDS],
        ['consumer table', layout.consumerTableAt, plan.burst * plan.irqfds],
        ['producer table', layout.producerTableAt, plan.burst * plan.producersPerVm],
        ['recorders', recorders.at * 2, plan.burst * recorders.cellsPerVm * 2],
        ['lock', table.lockAt, 1],
        ['consumers head', table.consumersHead, 3],
        ['producers head', table.producersHead, 2],
        ['arena', table.arena.at, 3],
        ['nodes', table.arena.placesAt, table.arena.capacity * 144],
        ['consumers', bypass.consumers.at, bypass.consumers.count * 128],
        ['producers', bypass.producers.at, bypass.producers.count * 48],
        ['callback log', bypass.callbackLog.at, 1],
      ];
      const used = parts.filter(([, , words]) => words > 0).toSorted(([, a], [, b]) => a - b);
      used.forEach(([name, at, words], i) => {
        const end = used[i + 1]?.[1] ?? layout.bytes / WORD_BYTES;
        assert.ok(at >= LINE_WORDS, `${name} lies on the null object`);
        assert.ok(at + words <= end, `${name} runs into ${used[i + 1]?.[0] ?? 'nothing'}`);
      });
      assert.equal(bypass.consumers.count, (plan.vms + plan.burst) * plan.irqfds);
      assert.equal(bypass.producers.count, (plan.vms + plan.burst) * plan.producersPerVm);
      assert.equal(layout.bytes % 8, 0);
    }),
  );
});

test('a layout is plain data that a message can carry', () => {
  const layout = layOutHost(planOf(), MUTEX);
  assert.deepEqual(structuredClone(layout), layout);
});

test('cancelling sets the stop word, opens the gate and lets the barrier go', () => {
  const plan = planOf();
  const layout = layOutHost(plan, MUTEX);
  const memory = allocateMemory(layout.bytes);
  const meeting = new Meeting(memory, layout, plan.burst);
  meeting.cancel();
  assert.equal(meeting.stop.isSet(), true);
  // Neither blocks this thread any more.
  meeting.gate.enter(meeting.stop);
  meeting.barrier.arrive(meeting.stop);
  assert.notEqual(progressWord(layout, 0), progressWord(layout, 1));
});
