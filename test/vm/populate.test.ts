import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALL_CALLBACKS,
  EVENTFD_HI,
  EVENTFD_LO,
  FLAGS,
  ID,
  type ObjectArea,
  TOKEN_HI,
  TOKEN_LO,
} from '../../src/irqbypass/objects.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { layOutHost, progressWord } from '../../src/vm/host.js';
import { Population } from '../../src/vm/populate.js';
import { HostRig } from '../support/host-rig.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';
import { MUTEX } from '../support/sites.js';
import { whole } from '../support/token.js';

const PLAN = planOf({ vms: 12, burst: 3, irqfds: 5, producersPerVm: 2 });

/** The objects of an area, by their place in memory. */
function objectsOf(host: HostRig, area: ObjectArea) {
  const { words } = host.memory;
  return Array.from({ length: area.count }, (_, place) => {
    const object = area.at + place * area.strideWords;
    const read = (field: number) => words[object + field] as number;
    return {
      object,
      id: read(ID),
      flags: read(FLAGS),
      eventfd: whole(read(EVENTFD_HI), read(EVENTFD_LO)),
      token: whole(read(TOKEN_HI), read(TOKEN_LO)),
    };
  });
}

for (const strategy of [LIST, XARRAY]) {
  test(`${strategy.index}: the background is registered, the burst is not, all is well formed`, () => {
    const host = new HostRig({ ...PLAN, strategy });
    assert.deepEqual(host.audit(), { damage: 0, findings: [] });
    for (const { id, token, eventfd } of objectsOf(host, host.layout.bypass.consumers)) {
      assert.equal(token, id < 60 ? eventfd : 0n);
    }
    for (const { id, token, eventfd } of objectsOf(host, host.layout.bypass.producers)) {
      assert.equal(token, id < 24 ? eventfd : 0n);
    }
  });
}

test('every object is there once, with all callbacks and an eventfd of its own', () => {
  const host = new HostRig(PLAN);
  const consumers = objectsOf(host, host.layout.bypass.consumers);
  const ids = consumers.map(({ id }) => id);
  assert.deepEqual(
    ids.toSorted((a, b) => a - b),
    [...Array(75).keys()],
  );
  assert.notDeepEqual(ids, [...Array(75).keys()], 'their order in memory is shuffled');
  assert.ok(consumers.every(({ flags }) => flags === ALL_CALLBACKS));
  const eventfds = new Set(consumers.map(({ eventfd }) => eventfd));
  assert.equal(eventfds.size, 75);
  for (const eventfd of eventfds) {
    assert.equal(eventfd % 64n, 0n);
    assert.equal(eventfd >> 44n, 0xffff8n, 'it looks like an address in the direct map');
  }
  const sorted = [...eventfds].sort((a, b) => (a < b ? -1 : 1));
  assert.notDeepEqual([...eventfds], sorted, 'their order is not that of the objects');
  assert.equal((sorted.at(-1) as bigint) - (sorted[0] as bigint), 74n * 64n, 'of one slab');
});

test('a VM’s first irqfds have its producers, by their eventfds', () => {
  const host = new HostRig(PLAN);
  const byId = new Map(objectsOf(host, host.layout.bypass.consumers).map((one) => [one.id, one]));
  for (const producer of objectsOf(host, host.layout.bypass.producers)) {
    const vm = Math.floor(producer.id / 2);
    const consumer = byId.get(vm * 5 + (producer.id % 2));
    assert.equal(producer.eventfd, consumer?.eventfd);
  }
});

test('the tables name each burst VM’s objects', () => {
  const host = new HostRig(PLAN);
  const { words } = host.memory;
  for (let vm = 0; vm < 3; vm++) {
    for (let i = 0; i < 5; i++) {
      const consumer = words[host.layout.consumerTableAt + vm * 5 + i] as number;
      assert.equal(words[consumer + ID], (12 + vm) * 5 + i);
    }
    for (let i = 0; i < 2; i++) {
      const producer = words[host.layout.producerTableAt + vm * 2 + i] as number;
      assert.equal(words[producer + ID], (12 + vm) * 2 + i);
    }
  }
});

test('the seed decides where things lie', () => {
  const order = (seed: number) => {
    const host = new HostRig({ ...PLAN, seed });
    return objectsOf(host, host.layout.bypass.consumers).map(({ id, eventfd }) => [id, eventfd]);
  };
  assert.deepEqual(order(4), order(4));
  assert.notDeepEqual(order(4), order(5));
});

test('set-up in slices leaves what set-up at once leaves', () => {
  const populate = (plan: RunPlan, slice: number) => {
    const layout = layOutHost(plan, MUTEX);
    const memory = allocateMemory(layout.bytes);
    const population = new Population(memory, layout, plan, MUTEX);
    let slices = 1;
    while (population.advance(slice)) {
      assert.equal(population.vmsDone, slices * slice);
      slices++;
    }
    assert.equal(population.vmsDone, 15);
    assert.equal(population.advance(slice), false, 'there is no more');
    return { words: memory.words, slices };
  };
  const atOnce = populate(PLAN, 100);
  const inSlices = populate(PLAN, 4);
  assert.deepEqual([atOnce.slices, inSlices.slices], [1, 4]);
  assert.deepEqual(inSlices.words, atOnce.words);
});

test('nobody has begun: every VM stands before its first warm-up round', () => {
  const host = new HostRig({ ...PLAN, warmupRounds: 2 });
  for (let vm = 0; vm < 3; vm++) {
    assert.equal(host.memory.words[progressWord(host.layout, vm)], -2);
  }
});

test('a host without background or producers is a host', () => {
  const host = new HostRig(planOf({ vms: 0, burst: 1, irqfds: 1 }));
  assert.equal(host.audit().damage, 0);
  assert.equal(host.layout.bypass.producers.count, 0);
});
