import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EBUSY } from '../../src/irqbypass/errno.js';
import { HAS } from '../../src/irqbypass/objects.js';
import { CallbackMonitor } from '../../src/verify/callback-monitor.js';
import { Digest } from '../../src/verify/digest.js';
import {
  A,
  alone,
  B,
  EIO,
  type HistoryEvent,
  judge,
  P,
  PARTIES,
  Q,
  ran,
  registers,
  returns,
  runs,
  told,
  unregisters,
} from './manager-histories.js';

/** What callbacks may do, and each rule broken once. */

const THREADS = 3;
const judgeIn = (history: readonly HistoryEvent[], parties = PARTIES) =>
  judge(new CallbackMonitor(THREADS, parties), history);

const registered = (thread: number, object: number, token = 1) => [
  registers(thread, object, token),
  returns(thread),
];
const CONNECTING = [...registered(0, P), registers(0, A, 1)];
const PAIR = [...CONNECTING, ...runs(0, 'connected', P, A), returns(0)];
const PARTING = [unregisters(0, P), ...runs(0, 'parted', P, A), returns(0)];
const REFUSED = [...runs(0, 'refused', P, A), returns(0, EIO)];
const PRODUCER_REFUSES = [
  ran(0, alone('stop', P)),
  ran(0, alone('stop', A)),
  ran(0, told('add', P, A, EIO)),
  ran(0, alone('start', A)),
  ran(0, alone('start', P)),
];

describe('in order', () => {
  const cases: readonly (readonly [string, readonly HistoryEvent[]])[] = [
    ['nobody meets', [...registered(0, P), ...registered(1, A, 2), unregisters(0, P), returns(0)]],
    [
      'a pair connects, parts and connects again',
      [
        ...PAIR,
        ...PARTING,
        ...registered(0, Q, 2),
        registers(1, P, 1),
        ...runs(1, 'connected', P, A),
        returns(1),
      ],
    ],
    ['a consumer refuses', [...CONNECTING, ...REFUSED]],
    ['a producer refuses', [...CONNECTING, ...PRODUCER_REFUSES, returns(0, EIO)]],
    [
      'another comes after a refusal',
      [...CONNECTING, ...REFUSED, registers(1, B, 1), ...runs(1, 'connected', P, B), returns(1)],
    ],
    [
      'a duplicate is refused',
      [...PAIR, registers(1, B, 1), returns(1, -EBUSY), unregisters(1, B), returns(1)],
    ],
    ['the same object again', [...PAIR, registers(1, A, 1), returns(1, -EBUSY), ...PARTING]],
    [
      'two pairs at once',
      [
        ...registered(0, P),
        ...registered(1, Q, 2),
        registers(0, A, 1),
        registers(1, B, 2),
        ...zip(runs(0, 'connected', P, A), runs(1, 'connected', Q, B)),
        returns(0),
        returns(1),
      ],
    ],
    [
      'it leaves while it is connected by another',
      [
        ...registered(0, P),
        unregisters(0, P),
        registers(1, A, 1),
        ...runs(1, 'connected', P, A),
        ...runs(0, 'parted', P, A),
        returns(0),
        returns(1),
      ],
    ],
  ];
  for (const [name, history] of cases) test(name, () => assert.equal(judgeIn(history), null));
});

function zip(one: readonly HistoryEvent[], other: readonly HistoryEvent[]): HistoryEvent[] {
  return one.flatMap((event, i) => [event, other[i] as HistoryEvent]);
}

describe('out of order', () => {
  const connect = runs(0, 'connected', P, A);
  const part = runs(0, 'parted', P, A);
  const without = (list: readonly HistoryEvent[], at: number) => list.toSpliced(at, 1);
  const swapped = (list: readonly HistoryEvent[], at: number) =>
    list.with(at, list[at + 1] as HistoryEvent).with(at + 1, list[at] as HistoryEvent);
  const cases: (readonly [string, readonly HistoryEvent[], RegExp])[] = [
    ['in no call', [...PAIR, ran(1, alone('stop', A))], /in no call/],
    [
      'before anybody registered',
      [registers(0, P, 1), ...connect],
      /consumer A has left, or was never/,
    ],
    [
      'after it left',
      [
        ...registered(0, P),
        ...registered(1, A, 2),
        unregisters(1, A),
        returns(1),
        unregisters(0, P),
        ...part,
      ],
      /has left/,
    ],
    [
      'after a refused registration',
      [...CONNECTING, ...REFUSED, unregisters(1, A), ran(1, alone('stop', A))],
      /consumer A has left/,
    ],
    [
      'no start after a failure',
      [...CONNECTING, ...REFUSED.slice(0, -3), returns(0, EIO)],
      /returned where start consumer A belongs/,
    ],
    [
      'one start after a failure',
      [...CONNECTING, ...REFUSED.slice(0, -2), returns(0, EIO)],
      /returned where start producer P belongs/,
    ],
    [
      'del-consumer after success',
      [...CONNECTING, ...connect.slice(0, 4), ran(0, told('del', P, A))],
      /del consumer A from producer P ran.*where start consumer A belongs/,
    ],
    [
      'no del-consumer after a refusal',
      [...CONNECTING, ...without(runs(0, 'refused', P, A), 4)],
      /where del consumer A/,
    ],
    [
      'del-consumer where the producer refused',
      [...CONNECTING, ...PRODUCER_REFUSES.toSpliced(3, 0, ran(0, told('del', P, A)))],
      /where start consumer A/,
    ],
    [
      'the wrong partner',
      [...CONNECTING, ...connect.slice(0, 2), ran(0, told('add', P, B))],
      /consumer B has left, or was/,
    ],
    ['a disconnect in a registration', [...PAIR, registers(0, A, 1), ...part], /where add/],
    ['a connect in an unregistration', [...PAIR, unregisters(0, A), ...connect], /where del/],
    [
      'another pair',
      [...PAIR, ...registered(0, Q, 2), registers(0, B, 3), ...part],
      /stop producer P ran.* register consumer B|where/,
    ],
    ['two connects in one call', [...CONNECTING, ...connect, ...connect], /where no more belong/],
    [
      'a connect of two that are connected',
      [...PAIR, registers(1, A, 1), ...runs(1, 'connected', P, A)],
      /was connected with/,
    ],
    [
      'a connect with one that is connected',
      [...PAIR, registers(1, B, 1), ...runs(1, 'connected', P, B)],
      /producer P was connected with consumer A already/,
    ],
    [
      'a connect of two tokens',
      [...registered(0, P, 2), registers(0, A, 1), ...connect],
      /different tokens/,
    ],
    [
      'a disconnect of two that are not connected',
      [...registered(0, P), ...registered(1, A, 2), unregisters(0, P), ...part],
      /were not connected/,
    ],
    [
      'a second disconnect',
      [...PAIR, unregisters(0, P), unregisters(1, A), ...part, ...runs(1, 'parted', P, A)],
      /were not connected/,
    ],
    [
      'who leaves is connected',
      [...PAIR, unregisters(0, P), returns(0)],
      /returned while it is connected with consumer A/,
    ],
    [
      'who was refused is connected',
      [...CONNECTING, ...connect, returns(0, EIO)],
      /returned while it is connected/,
    ],
    [
      'who leaves is stopped',
      [...PAIR, unregisters(1, P), unregisters(0, A), ...part.slice(0, 3), returns(1)],
      /returned while thread 0 is at callbacks of it/,
    ],
    [
      'two threads at one object',
      [
        ...PAIR,
        unregisters(1, P),
        unregisters(0, A),
        ...part.slice(0, 2),
        ...runs(1, 'parted', P, A),
      ],
      /thread 0 is at callbacks of it/,
    ],
    [
      'a pair that is not connected at the end',
      [...registered(0, P), ...registered(1, A)],
      /registered with one token and not connected/,
    ],
  ];
  // Every step left out, and every two swapped.
  for (const [verb, before, steps] of [
    ['connect', CONNECTING, connect],
    ['disconnect', [...PAIR, unregisters(0, P)], part],
    ['refusal', CONNECTING, runs(0, 'refused', P, A)],
  ] as const) {
    for (let at = 0; at < steps.length; at++) {
      cases.push([
        `${verb} without step ${at}`,
        [...before, ...without(steps, at), returns(0, verb === 'refusal' ? EIO : 0)],
        /belongs?/,
      ]);
      if (at > 0)
        cases.push([
          `${verb}, steps ${at - 1} and ${at} swapped`,
          [...before, ...swapped(steps, at - 1)],
          /belongs?/,
        ]);
    }
  }
  for (const [name, history, message] of cases) {
    test(name, () => {
      const finding = judgeIn(history);
      assert.equal(finding?.kind, 'callback order');
      assert.match(finding.message, message);
    });
  }
});

describe('callbacks that are not there', () => {
  const required = HAS.ADD | HAS.DEL;
  const parties = PARTIES.map(({ side, ...rest }) => ({
    ...rest,
    side,
    flags: side === 'consumer' ? required : 0,
  }));
  const connect = runs(0, 'connected', P, A, parties);

  test('are passed over', () => {
    assert.deepEqual(connect, [ran(0, told('add', A, P))]);
    const history = [...CONNECTING, ...connect, returns(0)];
    assert.equal(judgeIn(history, parties), null);
    const parting = [unregisters(0, A), ...runs(0, 'parted', P, A, parties), returns(0)];
    assert.equal(judgeIn([...history, ...parting], parties), null);
    const refused = runs(0, 'refused', P, A, parties);
    assert.equal(judgeIn([...CONNECTING, ...refused, returns(0, EIO)], parties), null);
  });

  test('must not run', () => {
    const finding = judgeIn([...CONNECTING, ran(0, alone('stop', P))], parties);
    assert.equal(finding?.kind, 'callback order');
  });
});

test('what is the same from now on has the same digest, whatever led to it', () => {
  const digestAfter = (history: readonly HistoryEvent[]) => {
    const monitor = new CallbackMonitor(THREADS, PARTIES);
    monitor.restart();
    judge(monitor, history);
    const digest = new Digest();
    digest.reset();
    monitor.addTo(digest);
    return digest.key();
  };
  const connect = runs(0, 'connected', P, A);
  assert.equal(digestAfter([...PAIR, ...PARTING]), digestAfter(registered(0, A)));
  assert.notEqual(digestAfter(PAIR), digestAfter([...registered(0, P), ...registered(0, A)]));
  const all = connect.map((_, at) => digestAfter([...CONNECTING, ...connect.slice(0, at)]));
  assert.equal(new Set(all).size, connect.length);
  assert.notEqual(digestAfter(registered(0, A, 1)), digestAfter(registered(0, A, 2)));
});

test('who is registered from the beginning is connected from the beginning', () => {
  const registered = [1, 2, 0, 1, 0];
  const monitor = new CallbackMonitor(THREADS, PARTIES, registered);
  assert.equal(judge(monitor, PARTING), null);
  assert.equal(judge(monitor, PARTING), null, 'and again');
  assert.equal(judge(monitor, [unregisters(0, B), returns(0)]), null);
  assert.equal(judge(monitor, [unregisters(0, A), returns(0)])?.kind, 'callback order');
});
