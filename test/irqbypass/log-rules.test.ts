import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CALLBACK } from '../../src/irqbypass/callbacks.js';
import { checkLog, type LogLine, MARK } from '../support/log-rules.js';

/** The rules of a log find what breaks them. */

const C = 100;
const P = 200;
const OTHER = 201;
const line = (what: keyof typeof CALLBACK | keyof typeof MARK, object: number, value = 0) => ({
  what: { ...CALLBACK, ...MARK }[what],
  object,
  value,
});

const IN = [P, C].flatMap((o) => [line('registerBegins', o), line('registerEnds', o)]);
const OUT = [C, P].flatMap((o) => [line('unregisterBegins', o), line('unregisterEnds', o)]);
const STOPS = [line('stopProducer', P), line('stopConsumer', C)];
const STARTS = [line('startConsumer', C), line('startProducer', P)];
const ADDS = [line('addConsumer', P, C), line('addProducer', C, P)];
const DELS = [line('delProducer', C, P), line('delConsumer', P, C)];
const CONNECT = [...STOPS, ...ADDS, ...STARTS];
const DISCONNECT = [...STOPS, ...DELS, ...STARTS];
const REFUSED_BY_CONSUMER = [...STOPS, ...ADDS, line('delConsumer', P, C), ...STARTS];
const REFUSED_BY_PRODUCER = [...STOPS, line('addConsumer', P, C), ...STARTS];

const check = (log: readonly LogLine[]) => checkLog(log, new Set([C]), new Set([P, OTHER]));

test('a log in order breaks no rule, and is counted', () => {
  const once = [...IN, ...CONNECT, ...DISCONNECT];
  const { violations, counts } = check([
    ...once,
    ...REFUSED_BY_CONSUMER,
    ...REFUSED_BY_PRODUCER,
    ...CONNECT,
    ...DISCONNECT,
    ...OUT,
  ]);
  assert.deepEqual(violations, []);
  assert.deepEqual(counts, { connects: 2, failures: 2, disconnects: 2 });
});

const BROKEN: readonly (readonly [string, readonly LogLine[], RegExp])[] = [
  ['two connects of one pair', [...IN, ...CONNECT, ...CONNECT, ...DISCONNECT], /while it was conn/],
  ['a disconnect of nobody', [...IN, ...DISCONNECT], /whom it was not connected to/],
  ['a pair that is left connected', [...IN, ...CONNECT], /not done with at the end/],
  ['a side that leaves connected', [...IN, ...CONNECT, ...OUT], /left and is still connected/],
  ['a callback before anybody registered', [...CONNECT, ...DISCONNECT], /after it had left/],
  ['a callback after leaving', [...IN, ...CONNECT, ...DISCONNECT, ...OUT, ...STOPS], /had left/],
  [
    'a callback after a refusal',
    [line('registerBegins', C), line('registerEnds', C, -16), line('stopConsumer', C)],
    /after it had left/,
  ],
  ['no start', [...IN, ...STOPS, ...ADDS], /not done with/],
  ['two stops', [...IN, ...STOPS, ...STOPS], /stopped twice/],
  ['no stop', [...IN, ...ADDS, ...STARTS], /without having been stopped/],
  ['a wrong order', [...IN, ...STOPS, ...ADDS.toReversed(), ...STARTS], /in the order/],
  [
    'two partners in one connect',
    [...IN, ...STOPS, line('addConsumer', P, C), line('addProducer', C, OTHER), ...STARTS],
    /two partners/,
  ],
];

for (const [name, log, violation] of BROKEN) {
  test(`the rules find ${name}`, () => {
    const { violations } = check(log);
    assert.ok(
      violations.some((text) => violation.test(text)),
      violations.join('; '),
    );
  });
}
