import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EBUSY, EINVAL, EIO } from '../../src/irqbypass/errno.js';
import {
  ALL_CALLBACKS,
  ATTEMPTS,
  clearToken,
  FAILS_ADD,
  TOKEN_HI,
  TOKEN_LO,
} from '../../src/irqbypass/objects.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken, halves } from '../support/token.js';

/** Where the lists and the arrays differ, by hand, and what both keep. */

const TOKEN = eventfdToken(3);
const OTHER = eventfdToken(9);
const make = (index: 'list' | 'xarray') => new BypassRig({ index, consumers: 3, producers: 3 });

test('list: a consumer that is registered is a duplicate of itself', () => {
  const rig = make('list');
  assert.equal(rig.registerConsumer(rig.consumer(0), TOKEN), 0);
  assert.equal(rig.registerConsumer(rig.consumer(0), TOKEN), -EBUSY);
  assert.equal(rig.registerConsumer(rig.consumer(0), OTHER), -EBUSY, 'by identity');
  assert.equal(rig.count('warnings'), 0);
});

test('xarray: registering what is registered is warned of and changes nothing', () => {
  const rig = make('xarray');
  rig.registerConsumer(rig.consumer(0), TOKEN);
  rig.registerProducer(rig.producer(0), TOKEN);
  const before = rig.count('acquisitions');
  assert.equal(rig.registerConsumer(rig.consumer(0), OTHER), -EINVAL);
  assert.equal(rig.registerProducer(rig.producer(0), OTHER), -EINVAL);
  assert.equal(rig.count('warnings'), 2);
  assert.equal(rig.count('acquisitions'), before);
  assert.equal(rig.tokenOf(rig.consumer(0)), TOKEN);
  assert.equal(rig.partnerOf(rig.consumer(0)), rig.producer(0));
});

test('xarray: a refused side has no token', () => {
  const rig = make('xarray');
  rig.init(rig.consumer(1), 1, ALL_CALLBACKS | FAILS_ADD);
  rig.registerProducer(rig.producer(0), TOKEN);
  assert.equal(rig.registerConsumer(rig.consumer(1), TOKEN), -EIO);
  assert.equal(rig.tokenOf(rig.consumer(1)), 0n);
  assert.equal(rig.registerProducer(rig.producer(1), TOKEN), -EBUSY);
  assert.equal(rig.tokenOf(rig.producer(1)), 0n);
  assert.equal(rig.count('warnings'), 0);
});

test('list: the token is the owner’s, and stays what it was set to', () => {
  const rig = make('list');
  rig.registerConsumer(rig.consumer(0), TOKEN);
  assert.equal(rig.registerConsumer(rig.consumer(1), TOKEN), -EBUSY);
  assert.equal(rig.tokenOf(rig.consumer(1)), TOKEN);
  rig.manager.unregisterConsumer(rig.consumer(1));
  assert.equal(rig.audit(1, 0).damage, 0, 'the consumer that was refused removes nobody');
});

test('list: a producer’s token alone decides whom it removes: the old mistake', () => {
  const rig = make('list');
  rig.registerConsumer(rig.consumer(0), TOKEN);
  rig.registerProducer(rig.producer(0), TOKEN);
  assert.equal(rig.registerProducer(rig.producer(1), TOKEN), -EBUSY);
  rig.takeLog();
  rig.manager.unregisterProducer(rig.producer(1));
  assert.equal(rig.takeLog()[0]?.object, rig.producer(1), 'it parts a pair it is not of');
  assert.notEqual(rig.audit(1, 1).damage, 0, 'and the audit sees it');
});

test('list: an owner that clears a refused token does not make the old mistake', () => {
  const rig = make('list');
  rig.registerConsumer(rig.consumer(0), TOKEN);
  rig.registerProducer(rig.producer(0), TOKEN);
  assert.equal(rig.registerProducer(rig.producer(1), TOKEN), -EBUSY);
  clearToken(rig.words, rig.producer(1));
  rig.takeLog();
  rig.manager.unregisterProducer(rig.producer(1));
  assert.deepEqual(rig.takeLog(), []);
  assert.equal(rig.audit(1, 1).damage, 0);
});

test('xarray: an erase that does not find itself is warned of', () => {
  const rig = make('xarray');
  rig.registerConsumer(rig.consumer(0), TOKEN);
  const { hi, lo } = halves(OTHER);
  rig.words[rig.consumer(0) + TOKEN_HI] = hi;
  rig.words[rig.consumer(0) + TOKEN_LO] = lo;
  rig.manager.unregisterConsumer(rig.consumer(0));
  assert.equal(rig.count('warnings'), 1);
});

for (const index of ['list', 'xarray'] as const) {
  test(`${index}: unregistering twice does nothing the second time`, () => {
    const rig = make(index);
    rig.registerConsumer(rig.consumer(0), TOKEN);
    rig.registerProducer(rig.producer(0), TOKEN);
    for (let time = 0; time < 2; time++) {
      rig.manager.unregisterConsumer(rig.consumer(0));
      rig.manager.unregisterProducer(rig.producer(0));
    }
    assert.equal(rig.count('disconnects'), 1);
    assert.equal(rig.count('warnings'), 0);
    assert.equal(rig.audit().damage, 0);
  });

  test(`${index}: tokens that differ in one half only are different`, () => {
    const rig = make(index);
    const tokens = [0x1_0000_0001n, 0x2_0000_0001n, 0x1_0000_0002n];
    tokens.forEach((token, i) => {
      assert.equal(rig.registerConsumer(rig.consumer(i), token), 0);
    });
    assert.equal(rig.registerProducer(rig.producer(0), 0x2_0000_0002n), 0);
    assert.equal(rig.count('connects'), 0);
    assert.equal(rig.registerProducer(rig.producer(1), 0x2_0000_0001n), 0);
    assert.equal(rig.partnerOf(rig.producer(1)), rig.consumer(1));
  });

  test(`${index}: adopting leaves what registering one by one would have left`, () => {
    const registered = make(index);
    const adopted = make(index);
    for (let i = 0; i < 3; i++) {
      const token = eventfdToken(i);
      const { hi, lo } = halves(token);
      const [consumer, producer] = [registered.consumer(i), registered.producer(i)];
      assert.equal(registered.registerConsumer(consumer, token), 0);
      assert.equal(adopted.manager.adoptConsumer(consumer, hi, lo), 0);
      if (i === 2) continue;
      assert.equal(registered.registerProducer(producer, token), 0);
      assert.equal(adopted.manager.adoptProducer(producer, hi, lo, consumer), 0);
    }
    assert.equal(adopted.audit(3, 2).damage, 0);
    assert.equal(adopted.count('acquisitions') + adopted.count('connects'), 0);
    const differing = [...registered.words.keys()].filter(
      (word) => registered.words[word] !== adopted.words[word],
    );
    const allowed = new Set<number>(registered.ownerWords);
    const { at, capacity } = registered.layout.callbackLog;
    for (let word = at; word < at + 1 + 3 * capacity; word++) allowed.add(word);
    for (let word = registered.counterWords[0]; word < registered.counterWords[1]; word++)
      allowed.add(word);
    // How often a connect was tried is not the index's state.
    for (let i = 0; i < 2; i++) allowed.add(registered.consumer(i) + ATTEMPTS);
    assert.deepEqual(
      differing.filter((word) => !allowed.has(word)),
      [],
    );
  });
}
