import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ENOMEM } from '../../src/irqbypass/errno.js';
import { neededNodes } from '../../src/verify/room.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken } from '../support/token.js';

/** A rig whose arena cannot hold what its objects need. */
const OBJECTS = 6;

/** The words that must not change: all but the counters and who took the lock last. */
function stateOf(rig: BypassRig): Int32Array {
  const words = rig.words.slice();
  words.fill(0, ...rig.counterWords);
  words.fill(0, ...rig.otherCounterWords);
  for (const word of rig.ownerWords) words[word] = 0;
  return words;
}

test('-ENOMEM leaves the memory as it was, on either side', () => {
  for (const side of ['consumer', 'producer'] as const) {
    const rig = new BypassRig({ index: 'xarray', consumers: 2, producers: 2, arenaNodes: 10 });
    const before = stateOf(rig);
    const code =
      side === 'consumer'
        ? rig.registerConsumer(rig.consumer(0), eventfdToken(0))
        : rig.registerProducer(rig.producer(0), eventfdToken(0));
    assert.equal(code, -ENOMEM);
    assert.deepEqual(stateOf(rig), before);
    assert.equal(rig.count('acquisitions'), 1);
    assert.equal(rig.count('warnings'), 0);
    assert.equal(rig.audit().damage, 0);
  }
});

test('eleven nodes are just enough for one kernel address', () => {
  const rig = new BypassRig({ index: 'xarray', consumers: 2, producers: 2, arenaNodes: 11 });
  assert.equal(rig.registerConsumer(rig.consumer(0), eventfdToken(0)), 0);
  assert.equal(rig.registerConsumer(rig.consumer(1), eventfdToken(1)), -ENOMEM);
  rig.manager.unregisterConsumer(rig.consumer(0));
  assert.equal(rig.registerConsumer(rig.consumer(1), eventfdToken(1)), 0);
});

test('both sides take from one arena', () => {
  const rig = new BypassRig({ index: 'xarray', consumers: 1, producers: 1, arenaNodes: 21 });
  assert.equal(rig.registerProducer(rig.producer(0), eventfdToken(0)), 0);
  assert.equal(rig.registerConsumer(rig.consumer(0), eventfdToken(0)), -ENOMEM);
  assert.equal(rig.count('connects') + rig.count('connectFailures'), 0, 'nobody was called');
});

test('adopting without memory says so', () => {
  const rig = new BypassRig({ index: 'xarray', consumers: 1, producers: 1, arenaNodes: 10 });
  const before = stateOf(rig);
  assert.equal(rig.manager.adoptConsumer(rig.consumer(0), 1 << 30, 0), -ENOMEM);
  assert.equal(rig.manager.adoptProducer(rig.producer(0), 1 << 30, 0, 0), -ENOMEM);
  assert.deepEqual(stateOf(rig), before);
});

/** Growing in place, growing from an entry in the head, and full height, in all mixtures. */
const tokens = fc.constantFrom(
  1n,
  5n,
  63n,
  64n,
  4096n,
  1n << 20n,
  1n << 35n,
  eventfdToken(0),
  eventfdToken(1),
  eventfdToken(4097),
  (1n << 64n) - 1n,
);

test('memory runs out exactly when the tree needs more than there is, and nothing changes', () => {
  const steps = fc.array(fc.record({ who: fc.nat(OBJECTS - 1), token: tokens }), { maxLength: 40 });
  let refusals = 0;
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 40 }), (sequence, arenaNodes) => {
      const shape = { index: 'xarray', consumers: OBJECTS, producers: 0, arenaNodes } as const;
      const rig = new BypassRig(shape);
      const held = new Map<number, bigint>();
      for (const { who, token } of sequence) {
        const consumer = rig.consumer(who);
        if (held.has(who)) {
          rig.manager.unregisterConsumer(consumer);
          held.delete(who);
          continue;
        }
        if ([...held.values()].includes(token)) continue;
        const before = stateOf(rig);
        const code = rig.registerConsumer(consumer, token);
        const fits = neededNodes([...held.values(), token]) <= arenaNodes;
        assert.equal(code, fits ? 0 : -ENOMEM, `0x${token.toString(16)} beside ${held.size}`);
        if (fits) {
          held.set(who, token);
        } else {
          refusals++;
          assert.deepEqual(stateOf(rig), before);
        }
      }
      assert.equal(rig.liveNodes(), neededNodes([...held.values()]));
    }),
    { numRuns: 150 },
  );
  assert.ok(refusals > 100, `the memory ran out ${refusals} times only`);
});
