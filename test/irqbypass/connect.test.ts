import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EBUSY, EINVAL, EIO } from '../../src/irqbypass/errno.js';
import {
  ALL_CALLBACKS,
  FAILS_ADD,
  HAS_ADD,
  HAS_DEL,
  HAS_START,
  HAS_STOP,
} from '../../src/irqbypass/objects.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken } from '../support/token.js';

/** The callbacks by hand, in the order of virt/lib/irqbypass.c. */

const TOKEN = eventfdToken(7);
const JOINED = 'stopProducer stopConsumer addConsumer addProducer startConsumer startProducer';
const PARTED = 'stopProducer stopConsumer delProducer delConsumer startConsumer startProducer';

for (const index of ['list', 'xarray'] as const) {
  const make = (consumerFlags = ALL_CALLBACKS, producerFlags = ALL_CALLBACKS) => {
    const rig = new BypassRig({ index, consumers: 2, producers: 2 });
    const consumer = rig.consumer(0);
    const producer = rig.producer(0);
    rig.init(consumer, 0, consumerFlags);
    rig.init(producer, 0, producerFlags);
    const called = () =>
      rig
        .takeLog()
        .map(({ callback }) => callback)
        .join(' ');
    return { rig, consumer, producer, called };
  };

  for (const order of ['producer', 'consumer'] as const) {
    test(`${index}: both sides are told of each other, whoever comes last: the ${order} first`, () => {
      const { rig, consumer, producer, called } = make();
      const verbs = [
        () => rig.registerProducer(producer, TOKEN),
        () => rig.registerConsumer(consumer, TOKEN),
      ];
      if (order === 'consumer') verbs.reverse();
      assert.equal(verbs[0]?.(), 0);
      assert.equal(called(), '');
      assert.equal(verbs[1]?.(), 0);
      const log = rig.takeLog();
      assert.equal(log.map(({ callback }) => callback).join(' '), JOINED);
      assert.deepEqual(
        log.filter(({ other }) => other !== 0),
        [
          { callback: 'addConsumer', object: producer, other: consumer },
          { callback: 'addProducer', object: consumer, other: producer },
        ],
      );
      assert.equal(rig.partnerOf(consumer), producer);
      assert.equal(rig.partnerOf(producer), consumer);
    });

    test(`${index}: either side parts the pair, here the ${order}`, () => {
      const { rig, consumer, producer, called } = make();
      rig.registerProducer(producer, TOKEN);
      rig.registerConsumer(consumer, TOKEN);
      rig.takeLog();
      if (order === 'producer') rig.manager.unregisterProducer(producer);
      else rig.manager.unregisterConsumer(consumer);
      assert.equal(called(), PARTED);
      assert.equal(rig.partnerOf(consumer), 0);
      assert.equal(rig.partnerOf(producer), 0);
      // The other side leaves alone.
      rig.manager.unregisterProducer(producer);
      rig.manager.unregisterConsumer(consumer);
      assert.equal(called(), '');
      assert.equal(rig.audit().damage, 0);
    });
  }

  test(`${index}: a producer that refuses is not undone, and both sides start again`, () => {
    const { rig, consumer, producer, called } = make(ALL_CALLBACKS, ALL_CALLBACKS | FAILS_ADD);
    assert.equal(rig.registerConsumer(consumer, TOKEN), 0);
    assert.equal(rig.registerProducer(producer, TOKEN), -EIO);
    assert.equal(called(), 'stopProducer stopConsumer addConsumer startConsumer startProducer');
    assert.equal(rig.partnerOf(consumer), 0);
    assert.equal(rig.partnerOf(producer), 0);
    assert.equal(rig.count('connectFailures'), 1);
    assert.equal(rig.count('connects'), 0);
  });

  test(`${index}: a consumer that refuses takes the producer's half back before the starts`, () => {
    const { rig, consumer, producer, called } = make(ALL_CALLBACKS | FAILS_ADD);
    assert.equal(rig.registerProducer(producer, TOKEN), 0);
    assert.equal(rig.registerConsumer(consumer, TOKEN), -EIO);
    assert.equal(
      called(),
      'stopProducer stopConsumer addConsumer addProducer delConsumer startConsumer startProducer',
    );
    assert.equal(rig.audit(0, 1).damage, 0, 'the producer is alone again, the consumer is out');
  });

  test(`${index}: what was refused can register once its partner is gone`, () => {
    const { rig, consumer, producer } = make(ALL_CALLBACKS | FAILS_ADD);
    rig.registerProducer(producer, TOKEN);
    assert.equal(rig.registerConsumer(consumer, TOKEN), -EIO);
    rig.manager.unregisterProducer(producer);
    assert.equal(rig.registerConsumer(consumer, TOKEN), 0);
  });

  test(`${index}: only what an object has is called`, () => {
    const { rig, consumer, producer, called } = make(HAS_ADD | HAS_DEL, 0);
    rig.registerProducer(producer, TOKEN);
    assert.equal(rig.registerConsumer(consumer, TOKEN), 0);
    assert.equal(called(), 'addProducer');
    rig.manager.unregisterConsumer(consumer);
    assert.equal(called(), 'delProducer');
  });

  test(`${index}: stop and start are optional one by one`, () => {
    const { rig, consumer, producer, called } = make(
      HAS_ADD | HAS_DEL | HAS_STOP,
      HAS_ADD | HAS_DEL | HAS_START,
    );
    rig.registerProducer(producer, TOKEN);
    rig.registerConsumer(consumer, TOKEN);
    assert.equal(called(), 'stopConsumer addConsumer addProducer startProducer');
  });

  test(`${index}: a producer without the add callback cannot refuse`, () => {
    const { rig, consumer, producer, called } = make(ALL_CALLBACKS, HAS_DEL | FAILS_ADD);
    rig.registerProducer(producer, TOKEN);
    assert.equal(rig.registerConsumer(consumer, TOKEN), 0);
    assert.equal(called(), 'stopConsumer addProducer startConsumer');
  });

  for (const [missing, flags] of [
    ['add', HAS_DEL],
    ['del', HAS_ADD],
    ['both', HAS_STOP | HAS_START],
  ] as const) {
    test(`${index}: a consumer without its callbacks is refused (${missing} missing)`, () => {
      const { rig, consumer } = make(flags);
      assert.equal(rig.registerConsumer(consumer, TOKEN), -EINVAL);
      assert.equal(rig.count('acquisitions'), 0, 'the lock is not taken for it');
    });
  }

  test(`${index}: a null token is refused without taking the lock`, () => {
    const { rig, consumer, producer } = make();
    assert.equal(rig.registerConsumer(consumer, 0n), -EINVAL);
    assert.equal(rig.registerProducer(producer, 0n), -EINVAL);
    rig.manager.unregisterConsumer(consumer);
    rig.manager.unregisterProducer(producer);
    assert.equal(rig.count('acquisitions'), 0);
  });

  test(`${index}: a taken token is refused on either side, and nobody is called`, () => {
    const { rig, consumer, producer, called } = make();
    rig.registerConsumer(consumer, TOKEN);
    rig.registerProducer(producer, TOKEN);
    rig.takeLog();
    assert.equal(rig.registerConsumer(rig.consumer(1), TOKEN), -EBUSY);
    assert.equal(rig.registerProducer(rig.producer(1), TOKEN), -EBUSY);
    assert.equal(called(), '');
    assert.equal(rig.partnerOf(consumer), producer);
  });
}
