import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManager } from '../../src/irqbypass/bypass-layout.js';
import { EBUSY } from '../../src/irqbypass/errno.js';
import type { Manager } from '../../src/irqbypass/manager.js';
import { clearToken } from '../../src/irqbypass/objects.js';
import type { LockAlgorithm, SharedLock } from '../../src/locks/lock.js';
import { COUNTER, Counters } from '../../src/sync/counters.js';
import { BypassRig } from '../support/bypass-rig.js';
import fc from '../support/properties.js';
import { SHARED_LOCKS } from '../support/shared-lock.js';
import { eventfdToken, halves } from '../support/token.js';

/**
 * What others do between a registration's look under the shared lock and its return for the lock
 * alone: another view of the same manager acts there, at the moment the lock is given back.
 */

const TOKENS = [0, 1, 2].map(eventfdToken);
const OBJECTS = 5;
const INDEXES = ['list', 'hlist', 'xarray'] as const;

class Gap {
  readonly rig: BypassRig;
  /** Done once, in the next gap. */
  action: () => void = () => {};
  readonly other: Manager;

  constructor(index: (typeof INDEXES)[number]) {
    const shared = SHARED_LOCKS['not shared'];
    const lock: LockAlgorithm = {
      ...shared,
      create: (site) => {
        const inner = shared.create(site) as SharedLock;
        return {
          acquire: (self: number) => inner.acquire(self),
          release: (self: number) => inner.release(self),
          acquireShared: (self: number) => inner.acquireShared(self),
          releaseShared: (self: number) => {
            inner.releaseShared(self);
            const { action } = this;
            this.action = () => {};
            action();
          },
        } as SharedLock;
      },
    };
    this.rig = new BypassRig({
      index,
      axes: { hashBits: 1 },
      algorithms: { lock, index: null },
      consumers: OBJECTS,
      producers: OBJECTS,
    });
    const { memory, layout } = this.rig;
    this.other = createManager({
      memory,
      layout,
      algorithms: { lock: shared, index: null },
      costs: { connectCostNs: 0, connectMode: 'spin', connectFailureRate: 0, seed: 1 },
      self: 0,
      counters: new Counters(memory, layout.entryCountersAt, 0),
    });
  }
}

interface Verb {
  readonly kind: 'consumer' | 'producer';
  readonly who: number;
  readonly token: number;
}
const verb = fc.record<Verb>({
  kind: fc.constantFrom('consumer', 'producer'),
  who: fc.nat(OBJECTS - 1),
  token: fc.nat(TOKENS.length - 1),
});

/** Registers what is not, unregisters what is. */
class Actor {
  private readonly rig: BypassRig;
  readonly registered = new Map<string, number>();

  constructor(rig: BypassRig) {
    this.rig = rig;
  }

  act(manager: Manager, { kind, who, token }: Verb): number {
    const key = `${kind} ${who}`;
    const object = kind === 'consumer' ? this.rig.consumer(who) : this.rig.producer(who);
    if (this.registered.has(key)) {
      if (kind === 'consumer') manager.unregisterConsumer(object);
      else manager.unregisterProducer(object);
      clearToken(this.rig.words, object);
      this.registered.delete(key);
      return 0;
    }
    const { hi, lo } = halves(TOKENS[token] as bigint);
    const isTaken = this.holder(kind, token) !== undefined;
    const code =
      kind === 'consumer'
        ? manager.registerConsumer(object, hi, lo)
        : manager.registerProducer(object, hi, lo);
    if (code === 0) {
      assert.equal(isTaken, false, 'two of a kind under one token');
      this.registered.set(key, token);
    } else {
      clearToken(this.rig.words, object);
    }
    return code;
  }

  holder(kind: string, token: number): string | undefined {
    return [...this.registered.keys()].find(
      (key) => key.startsWith(kind) && this.registered.get(key) === token,
    );
  }
}

for (const index of INDEXES) {
  test(`${index}: whatever happens in the gap, nothing is registered twice or left alone`, () => {
    fc.assert(
      fc.property(
        fc.array(verb, { maxLength: 12 }),
        fc.array(verb, { maxLength: 8 }),
        verb,
        (before, meanwhile, last) => {
          const gap = new Gap(index);
          const { rig, other } = gap;
          const actor = new Actor(rig);
          for (const one of before) actor.act(rig.manager, one);
          const key = `${last.kind} ${last.who}`;
          const wasTaken = actor.holder(last.kind, last.token) !== undefined;
          const isRegistering = !actor.registered.has(key);
          gap.action = () => {
            for (const one of meanwhile) {
              if (`${one.kind} ${one.who}` !== key) actor.act(other, one);
            }
          };
          const code = actor.act(rig.manager, last);
          // A duplicate when it looked is refused, even if that one left in the gap.
          if (isRegistering && wasTaken) assert.equal(code, -EBUSY);
          const { findings } = rig.audit();
          assert.deepEqual(
            findings.filter((text) => !text.endsWith('was left behind')),
            [],
          );
          for (let token = 0; token < TOKENS.length; token++) {
            const isPair =
              actor.holder('consumer', token) !== undefined &&
              actor.holder('producer', token) !== undefined;
            const consumers = [...Array(OBJECTS).keys()].map((i) => rig.consumer(i));
            const partnered = consumers.filter(
              (c) => rig.tokenOf(c) === TOKENS[token] && rig.partnerOf(c) !== 0,
            );
            assert.equal(partnered.length, isPair ? 1 : 0);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
}

for (const index of ['list', 'hlist'] as const) {
  test(`${index}: a writer looks at what came since, and not at what it has seen`, () => {
    const gap = new Gap(index);
    const { rig, other } = gap;
    rig.registerConsumer(rig.consumer(0), TOKENS[0] as bigint);
    const { hi, lo } = halves(TOKENS[1] as bigint);
    gap.action = () => assert.equal(other.registerConsumer(rig.consumer(1), hi, lo), 0);
    assert.equal(rig.registerConsumer(rig.consumer(2), TOKENS[1] as bigint), -EBUSY);
    assert.equal(rig.audit(2, 0).damage, 0);
  });
}

test('list: without news the writer looks at one entry of each list', () => {
  const rig = new BypassRig({
    index: 'list',
    algorithms: { lock: SHARED_LOCKS['not shared'], index: null },
    consumers: 100,
    producers: 10,
  });
  for (let i = 0; i < 10; i++) rig.registerProducer(rig.producer(i), eventfdToken(200 + i));
  for (let i = 0; i < 100; i++) {
    const before = rig.count('nodesVisited');
    rig.registerConsumer(rig.consumer(i), eventfdToken(i));
    // All of both lists as a reader; as a writer, the newest entry of each.
    assert.equal(rig.count('nodesVisited') - before, i + 10 + Math.min(i, 1) + 1);
  }
});

test('list: a generation that wraps around is still newer', () => {
  const gap = new Gap('list');
  const { rig, other } = gap;
  const { stampsAt } = rig.table;
  rig.words[stampsAt] = 0x7fff_ffff;
  rig.words[stampsAt + 2] = 0x7fff_ffff;
  const { hi, lo } = halves(TOKENS[1] as bigint);
  gap.action = () => {
    assert.equal(other.registerConsumer(rig.consumer(1), hi, lo), 0);
    assert.equal(other.registerProducer(rig.producer(1), hi, lo), 0);
  };
  assert.equal(rig.registerConsumer(rig.consumer(2), TOKENS[1] as bigint), -EBUSY);
  assert.equal(rig.words[stampsAt], -0x8000_0000);
  assert.equal(rig.registerProducer(rig.producer(2), TOKENS[1] as bigint), -EBUSY);
  const damage = rig.audit().findings.filter((text) => !text.endsWith('was left behind'));
  assert.deepEqual(damage, []);
});

test('who shares the lock counts as one that took it, and names no owner', () => {
  const rig = new BypassRig({
    index: 'list',
    algorithms: { lock: SHARED_LOCKS['not shared'], index: null },
    consumers: 2,
    producers: 0,
  });
  rig.registerConsumer(rig.consumer(0), TOKENS[0] as bigint);
  rig.words[rig.table.ownerAt] = 0;
  assert.equal(rig.registerConsumer(rig.consumer(1), TOKENS[0] as bigint), -EBUSY);
  assert.equal(rig.words[rig.table.ownerAt], 0);
  assert.equal(rig.counters.read(COUNTER.acquisitions), 3);
  assert.equal(rig.counters.read(COUNTER.holds), 0);
});
