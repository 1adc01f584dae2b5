import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arena } from '../../src/irqbypass/arena.js';
import { createManager, initBypass, reserveBypass } from '../../src/irqbypass/bypass-layout.js';
import { EINVAL } from '../../src/irqbypass/errno.js';
import { shardOf } from '../../src/irqbypass/shard.js';
import { countByShard } from '../../src/irqbypass/tokens.js';
import { resolveStrategy } from '../../src/plan/strategies.js';
import { Counters, reserveCounters } from '../../src/sync/counters.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory, MAX_MEMORY_BYTES } from '../../src/sync/memory.js';
import { layOutHost } from '../../src/vm/host.js';
import { BypassRig } from '../support/bypass-rig.js';
import { HostRig } from '../support/host-rig.js';
import { planOf } from '../support/plans.js';
import fc from '../support/properties.js';
import { MUTEX } from '../support/sites.js';
import { eventfdToken, halves } from '../support/token.js';

/** Several tables, each with its tokens, its lock and its memory. */

test('every token has one shard, and the shards’ tokens are counted', () => {
  for (const [tokens, shards] of [
    [0, 4],
    [1, 1],
    [1000, 1],
    [1000, 7],
    [5000, 1024],
  ] as const) {
    const counted = new Array<number>(shards).fill(0);
    for (let i = 0; i < tokens; i++) {
      const { hi, lo } = halves(eventfdToken(i));
      const shard = shardOf(hi, lo, shards);
      assert.ok(Number.isInteger(shard) && shard >= 0 && shard < shards);
      counted[shard] = (counted[shard] as number) + 1;
    }
    assert.deepEqual([...countByShard(tokens, shards)], counted);
  }
});

test('a number of tokens that no memory has room for is not counted one by one', () => {
  const counts = countByShard(1e12, 1000);
  assert.ok(counts.every((count) => count === 1e9));
});

test('a null token has a shard, and is refused there', () => {
  for (const index of ['list', 'hlist', 'xarray'] as const) {
    const axes = { scope: 'sharded', shards: 5 } as const;
    const rig = new BypassRig({ index, axes, consumers: 1, producers: 1 });
    assert.equal(rig.registerConsumer(rig.consumer(0), 0n), -EINVAL);
    assert.equal(rig.registerProducer(rig.producer(0), 0n), -EINVAL);
    rig.manager.unregisterConsumer(rig.consumer(0));
    rig.manager.unregisterProducer(rig.producer(0));
    assert.equal(rig.count('acquisitions'), 0);
  }
});

for (const scope of ['sharded', 'token'] as const) {
  test(`${scope}: each shard's memory is what its tokens can need, to the last`, () => {
    const shapes = fc.record({
      consumers: fc.nat(400),
      producers: fc.nat(400),
      shards: fc.constantFrom(1, 2, 7, 64),
    });
    fc.assert(
      fc.property(shapes, ({ consumers, producers, shards }) => {
        const connect = scope === 'token' ? 'outside' : 'inside';
        const axes = { index: 'xarray', scope, shards, connect } as const;
        const layout = new Layout();
        const countersAt = reserveCounters(layout, 1);
        const strategy = resolveStrategy('linux-6.17', axes);
        const shape = { strategy, threads: 1, nodes: 1, consumers, producers };
        const bypass = reserveBypass(layout, { ...shape, loggedCallbacks: 0 }, MUTEX);
        const memory = allocateMemory(layout.totalBytes);
        initBypass(memory, bypass, 1);
        const manager = createManager({
          memory,
          layout: bypass,
          algorithms: MUTEX,
          costs: { connectCostNs: 0, connectMode: 'spin', connectFailureRate: 0, seed: 1 },
          self: 0,
          counters: new Counters(memory, countersAt, 0),
        });
        for (let i = 0; i < Math.max(consumers, producers); i++) {
          const { hi, lo } = halves(eventfdToken(i));
          const [own, other] = [bypass.consumers, bypass.producers];
          const consumer = i < consumers ? own.at + i * own.strideWords : 0;
          if (consumer !== 0) assert.equal(manager.adoptConsumer(consumer, hi, lo), 0);
          if (i >= producers) continue;
          const producer = other.at + i * other.strideWords;
          assert.equal(manager.adoptProducer(producer, hi, lo, consumer), 0);
        }
        for (const table of bypass.tables) {
          const entries = new Arena(memory, table.entries).live();
          assert.equal(entries, table.entries.capacity, 'no entry more than tokens');
        }
      }),
      { numRuns: 60 },
    );
  });

  test(`${scope}: a million consumers fit in 1,024 shards`, () => {
    const strategy = resolveStrategy('linux-6.17', {
      scope,
      shards: 1024,
      connect: scope === 'token' ? 'outside' : 'inside',
    });
    const plan = planOf({ strategy, vms: 62_500, irqfds: 16, producersPerVm: 2 });
    const { bytes } = layOutHost(plan, MUTEX);
    assert.ok(bytes < MAX_MEMORY_BYTES / 2, `${bytes} bytes`);
  });

  test(`${scope}: a host lives on shards as on one table`, () => {
    for (const index of ['list', 'hlist', 'xarray'] as const) {
      const strategy = resolveStrategy('linux-6.2', {
        index,
        scope,
        shards: 16,
        connect: scope === 'token' ? 'outside' : 'inside',
      });
      const plan = planOf({ strategy, vms: 60, burst: 2, release: 'free', producersPerVm: 2 });
      const host = new HostRig({ ...plan, connectFailureRate: 0.2, holdNs: 0 });
      assert.deepEqual(host.audit(), { damage: 0, findings: [] });
      for (const vm of [1, 0]) host.life(vm).run();
      assert.deepEqual(host.audit(), { damage: 0, findings: [] });
      const { connects, connectFailures, callbacksUnderLock } = host.counts(0);
      assert.equal(connects + connectFailures, 3 * 2);
      assert.equal(callbacksUnderLock === 0, scope === 'token');
    }
  });
}
