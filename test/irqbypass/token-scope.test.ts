import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeLock } from '../../src/irqbypass/describe-lock.js';
import { ENTRY, ENTRY_BYTES, ENTRY_STATE } from '../../src/irqbypass/entry.js';
import { EBUSY, EINVAL, EIO, ENOMEM } from '../../src/irqbypass/errno.js';
import { ALL_CALLBACKS, FAILS_ADD, FIELD } from '../../src/irqbypass/objects.js';
import { COUNTER } from '../../src/sync/counters.js';
import { BypassRig, type RigShape } from '../support/bypass-rig.js';
import { eventfdToken, halves } from '../support/token.js';

/** Entries by hand: how they come and go, and what they remember. */

const TOKEN = eventfdToken(3);
const OTHER = eventfdToken(9);
const INDEXES = ['list', 'hlist', 'xarray'] as const;

function make(index: RigShape['index'], changes: Partial<RigShape> = {}): BypassRig {
  const axes = { scope: 'token', shards: 1, connect: 'outside' } as const;
  return new BypassRig({
    index,
    axes,
    consumers: 3,
    producers: 3,
    arenaNodes: 100,
    arenaEntries: 10,
    ...changes,
  });
}

const entryOf = (rig: BypassRig, object: number) => rig.words[object + FIELD.ENTRY] as number;
const field = (rig: BypassRig, entry: number, word: number) => rig.words[entry + word] as number;

for (const index of INDEXES) {
  test(`${index}: an entry comes with its first side and goes with its last`, () => {
    const rig = make(index);
    const [consumer, producer] = [rig.consumer(0), rig.producer(0)];
    rig.registerConsumer(consumer, TOKEN);
    const entry = entryOf(rig, consumer);
    assert.equal((entry * 4) % ENTRY_BYTES, (rig.table.entries.placesAt * 4) % ENTRY_BYTES);
    const state = () => field(rig, entry, ENTRY.STATE);
    const users = () => field(rig, entry, ENTRY.USERS);
    assert.deepEqual([users(), state()], [1, ENTRY_STATE.oneSide]);
    rig.registerProducer(producer, TOKEN);
    assert.equal(entryOf(rig, producer), entry);
    assert.deepEqual([users(), state()], [2, ENTRY_STATE.connected]);
    rig.manager.unregisterConsumer(consumer);
    assert.deepEqual([users(), state()], [1, ENTRY_STATE.oneSide]);
    assert.equal(entryOf(rig, consumer), 0);
    rig.manager.unregisterProducer(producer);
    assert.deepEqual([users(), state()], [0, ENTRY_STATE.dead]);
    assert.equal(rig.liveEntries(), 0);
    assert.equal(rig.count('warnings'), 0);
    assert.equal(rig.audit().damage, 0);
  });

  test(`${index}: a token that is used again has a fresh entry`, () => {
    const rig = make(index, { arenaEntries: 1 });
    for (let time = 0; time < 5; time++) {
      const token = eventfdToken(time % 2);
      rig.registerProducer(rig.producer(0), token);
      rig.registerConsumer(rig.consumer(0), token);
      assert.equal(rig.partnerOf(rig.consumer(0)), rig.producer(0));
      rig.manager.unregisterConsumer(rig.consumer(0));
      rig.manager.unregisterProducer(rig.producer(0));
      assert.equal(rig.audit().damage, 0);
    }
    assert.equal(rig.count('connects'), 5);
  });

  test(`${index}: registering what is registered is warned of and changes nothing`, () => {
    const rig = make(index);
    rig.registerConsumer(rig.consumer(0), TOKEN);
    const before = rig.count('acquisitions');
    assert.equal(rig.registerConsumer(rig.consumer(0), TOKEN), -EINVAL);
    assert.equal(rig.registerConsumer(rig.consumer(0), OTHER), -EINVAL);
    assert.equal(rig.count('warnings'), 2);
    assert.equal(rig.count('acquisitions'), before);
    assert.equal(rig.tokenOf(rig.consumer(0)), TOKEN);
    assert.equal(rig.liveEntries(), 1);
  });

  test(`${index}: a refused side has no token and no entry, and its partner stays`, () => {
    const rig = make(index);
    rig.init(rig.consumer(1), 1, ALL_CALLBACKS | FAILS_ADD);
    rig.registerProducer(rig.producer(0), TOKEN);
    const entry = entryOf(rig, rig.producer(0));
    assert.equal(rig.registerConsumer(rig.consumer(1), TOKEN), -EIO);
    assert.equal(rig.registerProducer(rig.producer(1), TOKEN), -EBUSY);
    for (const refused of [rig.consumer(1), rig.producer(1)]) {
      assert.equal(rig.tokenOf(refused), 0n);
      assert.equal(entryOf(rig, refused), 0);
    }
    assert.equal(field(rig, entry, ENTRY.USERS), 1);
    assert.equal(field(rig, entry, ENTRY.STATE), ENTRY_STATE.oneSide);
    assert.equal(rig.registerConsumer(rig.consumer(0), TOKEN), 0, 'the place is free');
    assert.equal(rig.partnerOf(rig.producer(0)), rig.consumer(0));
    assert.equal(rig.audit(1, 1).damage, 0);
  });

  test(`${index}: unregistering takes the entry's lock once and the shard's once`, () => {
    const rig = make(index);
    rig.registerConsumer(rig.consumer(0), TOKEN);
    assert.equal(rig.count('acquisitions'), 1);
    assert.equal(rig.entryCounters.read(COUNTER.acquisitions), 1);
    rig.manager.unregisterConsumer(rig.consumer(0));
    assert.equal(rig.count('acquisitions'), 2);
    assert.equal(rig.entryCounters.read(COUNTER.acquisitions), 2);
    assert.equal(rig.count('contended'), 0);
  });

  test(`${index}: no entry to be had is -ENOMEM, and nothing has changed`, () => {
    const rig = make(index, { arenaEntries: 2 });
    rig.registerConsumer(rig.consumer(0), eventfdToken(0));
    rig.registerConsumer(rig.consumer(1), eventfdToken(1));
    const before = stateOf(rig);
    assert.equal(rig.registerConsumer(rig.consumer(2), eventfdToken(2)), -ENOMEM);
    assert.equal(rig.registerProducer(rig.producer(2), eventfdToken(2)), -ENOMEM);
    assert.deepEqual(stateOf(rig), before);
    assert.equal(rig.registerProducer(rig.producer(2), eventfdToken(1)), 0, 'which has an entry');
    rig.manager.unregisterConsumer(rig.consumer(0));
    assert.equal(rig.registerConsumer(rig.consumer(2), eventfdToken(2)), 0);
    assert.equal(rig.count('warnings'), 0);
    rig.manager.unregisterConsumer(rig.consumer(1));
    rig.manager.unregisterProducer(rig.producer(2));
    rig.manager.unregisterConsumer(rig.consumer(2));
    assert.equal(rig.audit().damage, 0);
  });

  test(`${index}: adopting leaves what registering one by one would have left`, () => {
    const registered = make(index);
    const adopted = make(index);
    for (let i = 0; i < 3; i++) {
      const { hi, lo } = halves(eventfdToken(i));
      const [consumer, producer] = [registered.consumer(i), registered.producer(i)];
      assert.equal(registered.registerConsumer(consumer, eventfdToken(i)), 0);
      assert.equal(adopted.manager.adoptConsumer(consumer, hi, lo), 0);
      if (i === 2) continue;
      assert.equal(registered.registerProducer(producer, eventfdToken(i)), 0);
      assert.equal(adopted.manager.adoptProducer(producer, hi, lo, consumer), 0);
    }
    assert.equal(adopted.audit(3, 2).damage, 0);
    const { hi, lo } = halves(OTHER);
    assert.equal(registered.registerProducer(registered.producer(2), OTHER), 0);
    assert.equal(adopted.manager.adoptProducer(adopted.producer(2), hi, lo, 0), 0);
    adopted.words[adopted.producer(2) + FIELD.EVENTFD_LO] = lo;
    assert.deepEqual(withoutHistory(adopted), withoutHistory(registered));
  });
}

test('xarray: no node for the entry is -ENOMEM, and the entry goes back', () => {
  for (const arenaEntries of [1, 5]) {
    const rig = make('xarray', { arenaNodes: 10, arenaEntries });
    const before = stateOf(rig);
    assert.equal(rig.registerConsumer(rig.consumer(0), TOKEN), -ENOMEM);
    const { hi, lo } = halves(TOKEN);
    assert.equal(rig.manager.adoptConsumer(rig.consumer(0), hi, lo), -ENOMEM);
    assert.equal(rig.manager.adoptProducer(rig.producer(0), hi, lo, 0), -ENOMEM);
    assert.deepEqual(stateOf(rig), before);
    assert.equal(rig.audit().damage, 0);
  }
});

test('a look-up that meets an entry without users warns', () => {
  const rig = make('xarray');
  rig.registerConsumer(rig.consumer(0), TOKEN);
  rig.words[entryOf(rig, rig.consumer(0)) + ENTRY.USERS] = 0;
  rig.registerProducer(rig.producer(0), TOKEN);
  assert.equal(rig.count('warnings'), 1);
});

test('an entry that has another in one’s place warns', () => {
  const rig = make('xarray');
  rig.registerConsumer(rig.consumer(0), TOKEN);
  rig.words[entryOf(rig, rig.consumer(0)) + ENTRY.CONSUMER] = rig.consumer(1);
  rig.manager.unregisterConsumer(rig.consumer(0));
  assert.equal(rig.count('warnings'), 1);
});

test('entries lie in a shuffled order, the seed’s', () => {
  const order = (seed: number) => {
    const rig = make('list', { consumers: 40, arenaEntries: 40, seed });
    return [...Array(40).keys()].map((i) => {
      rig.registerConsumer(rig.consumer(i), eventfdToken(i));
      return entryOf(rig, rig.consumer(i)) - rig.table.entries.placesAt;
    });
  };
  assert.deepEqual(order(1), order(1));
  assert.notDeepEqual(order(1), order(2));
  const sorted = order(1).toSorted((a, b) => a - b);
  assert.notDeepEqual(order(1), sorted);
  assert.notDeepEqual(order(1), sorted.toReversed());
  assert.deepEqual(
    sorted,
    [...Array(40).keys()].map((i) => (i * ENTRY_BYTES) / 4),
  );
});

test('locks are described for whoever asks what a thread waits for', () => {
  const rig = make('xarray');
  const { memory, layout } = rig;
  const { ownerAt } = rig.table;
  assert.deepEqual(describeLock(memory, layout, ownerAt), { what: 'the lock', owner: null });
  rig.registerConsumer(rig.consumer(0), TOKEN);
  assert.deepEqual(describeLock(memory, layout, ownerAt), { what: 'the lock', owner: 0 });
  const entry = entryOf(rig, rig.consumer(0));
  assert.deepEqual(describeLock(memory, layout, -(entry + ENTRY.OWNER)), {
    what: `the entry lock of token 0x${TOKEN.toString(16)}`,
    owner: 0,
  });
  const sharded = make('list', { axes: { scope: 'sharded', shards: 4 } });
  const third = sharded.layout.tables[3]?.ownerAt as number;
  const { what } = describeLock(sharded.memory, sharded.layout, third);
  assert.equal(what, 'the lock of shard 3');
  assert.throws(() => describeLock(memory, layout, 5), /owner word at 5/);
});

/** The words that must not change: all but the counters and who took the lock last. */
function stateOf(rig: BypassRig): Int32Array {
  const words = rig.words.slice();
  words.fill(0, ...rig.counterWords);
  words.fill(0, ...rig.otherCounterWords);
  for (const word of rig.ownerWords) words[word] = 0;
  return words;
}

/** Nor what is no state of the index: how often a connect was tried, who locked what last, the log. */
function withoutHistory(rig: BypassRig): Int32Array {
  const words = stateOf(rig);
  const { at, capacity } = rig.layout.callbackLog;
  words.fill(0, at, at + 1 + 3 * capacity);
  for (let i = 0; i < 3; i++) words[rig.consumer(i) + FIELD.ATTEMPTS] = 0;
  for (const object of [0, 1, 2].flatMap((i) => [rig.consumer(i), rig.producer(i)])) {
    words[entryOf(rig, object) + ENTRY.OWNER] = 0;
  }
  return words;
}
