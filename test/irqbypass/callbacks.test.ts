import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCallbackLog } from '../../src/irqbypass/callbacks.js';
import { EIO } from '../../src/irqbypass/errno.js';
import { ALL_CALLBACKS, HAS_DEL } from '../../src/irqbypass/objects.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken } from '../support/token.js';

/** Seeded failures, and the log that tells of all this. */

const ATTEMPTS_EACH = 100;
const PAIRS = 40;

/** Who refused each of 4,000 connects: `p`, `c`, or `-` for nobody. */
function refusals(rate: number, seed: number, producerFlags = ALL_CALLBACKS): string {
  const rig = new BypassRig({
    index: 'xarray',
    consumers: PAIRS,
    producers: PAIRS,
    connectFailureRate: rate,
    seed,
  });
  let text = '';
  for (let pair = 0; pair < PAIRS; pair++) {
    const [consumer, producer] = [rig.consumer(pair), rig.producer(pair)];
    rig.init(producer, pair, producerFlags);
    rig.registerProducer(producer, eventfdToken(pair));
    for (let attempt = 0; attempt < ATTEMPTS_EACH; attempt++) {
      rig.takeLog();
      const code = rig.registerConsumer(consumer, eventfdToken(pair));
      assert.ok(code === 0 || code === -EIO);
      const isConsumers = rig.takeLog().some(({ callback }) => callback === 'addProducer');
      text += code === 0 ? '-' : isConsumers ? 'c' : 'p';
      rig.manager.unregisterConsumer(consumer);
    }
    rig.manager.unregisterProducer(producer);
  }
  assert.equal(rig.count('connectFailures'), text.replaceAll('-', '').length);
  assert.equal(rig.count('connects') + rig.count('connectFailures'), PAIRS * ATTEMPTS_EACH);
  assert.equal(rig.count('disconnects'), rig.count('connects'));
  assert.equal(rig.count('warnings'), 0);
  assert.equal(rig.audit().damage, 0);
  return text;
}

const countOf = (text: string, letter: string) => text.split(letter).length - 1;

test('a rate of 0 never fails, a rate of 1 always', () => {
  assert.equal(countOf(refusals(0, 1), '-'), PAIRS * ATTEMPTS_EACH);
  assert.equal(countOf(refusals(1, 1), '-'), 0);
});

test('about as many fail as the rate says, half of them on either side', () => {
  const text = refusals(0.25, 7);
  const [byProducer, byConsumer] = [countOf(text, 'p'), countOf(text, 'c')];
  // 4,000 draws: five standard deviations are 137 failures, and 80 of a thousand by one side.
  assert.ok(Math.abs(byProducer + byConsumer - 1000) < 137, `${byProducer + byConsumer} of 1,000`);
  assert.ok(Math.abs(byProducer - byConsumer) < 160, `${byProducer} against ${byConsumer}`);
});

test('the seed decides which', () => {
  assert.equal(refusals(0.25, 7), refusals(0.25, 7));
  assert.notEqual(refusals(0.25, 7), refusals(0.25, 8));
});

test('what a producer without the callback should refuse, its consumer refuses', () => {
  const all = refusals(0.25, 7);
  const without = refusals(0.25, 7, HAS_DEL);
  assert.equal(without, all.replaceAll('p', 'c'));
});

test('consumers and attempts draw differently', () => {
  const text = refusals(0.25, 7);
  const lines = Array.from({ length: PAIRS }, (_, i) =>
    text.slice(i * ATTEMPTS_EACH, (i + 1) * ATTEMPTS_EACH),
  );
  assert.equal(new Set(lines).size, PAIRS);
});

test('a full log keeps what came first, and counts on', () => {
  const rig = new BypassRig({ index: 'list', consumers: 1, producers: 1, loggedCallbacks: 4 });
  const before = rig.words.slice();
  rig.registerProducer(rig.producer(0), 5n);
  rig.registerConsumer(rig.consumer(0), 5n);
  assert.equal(rig.words[rig.layout.callbackLog.at], 6);
  assert.deepEqual(
    rig.takeLog().map(({ callback }) => callback),
    ['stopProducer', 'stopConsumer', 'addConsumer', 'addProducer'],
  );
  const end = rig.layout.callbackLog.at + 1 + 4 * 3;
  assert.deepEqual(rig.words.slice(end), before.slice(end), 'nothing was written past it');
});

test('without room there is no log at all', () => {
  const rig = new BypassRig({ index: 'list', consumers: 1, producers: 1, loggedCallbacks: 0 });
  rig.registerProducer(rig.producer(0), 5n);
  rig.registerConsumer(rig.consumer(0), 5n);
  assert.equal(rig.words[rig.layout.callbackLog.at], 0);
});

test('a damaged log is not read as something else', () => {
  const rig = new BypassRig({ index: 'list', consumers: 1, producers: 1 });
  rig.words[rig.layout.callbackLog.at] = 1;
  rig.words[rig.layout.callbackLog.at + 1] = 77;
  assert.throws(() => readCallbackLog(rig.words, rig.layout.callbackLog), /entry 0/);
});
