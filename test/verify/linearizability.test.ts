import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EBUSY, EINVAL, ENOMEM } from '../../src/irqbypass/errno.js';
import { HAS } from '../../src/irqbypass/objects.js';
import { Digest } from '../../src/verify/digest.js';
import { LinearizabilityMonitor } from '../../src/verify/linearizability.js';
import type { Monitor } from '../../src/verify/monitor.js';
import type { Rules } from '../../src/verify/sequential-manager.js';
import {
  A,
  B,
  C,
  EIO,
  type HistoryEvent,
  judge,
  P,
  PARTIES,
  Q,
  RULES,
  registers,
  returns,
  runs,
  unregisters,
} from './manager-histories.js';

/** Histories by hand: what some order of the calls explains, and what none does. */

const THREADS = 3;
const monitorOf = (rules: Partial<Rules> = {}) =>
  new LinearizabilityMonitor(THREADS, { ...RULES, ...rules });
const LIST = { semantics: 'list' } as const;

const registered = (thread: number, object: number, token = 1) => [
  registers(thread, object, token),
  returns(thread),
];
const PAIR = [...registered(0, P), registers(0, A, 1), ...runs(0, 'connected', P, A), returns(0)];

type Case = readonly [string, readonly HistoryEvent[], Partial<Rules>?];

const EXPLAINED: readonly Case[] = [
  [
    'a pair that comes and goes',
    [
      ...PAIR,
      unregisters(0, P),
      ...runs(0, 'parted', P, A),
      returns(0),
      unregisters(0, A),
      returns(0),
    ],
  ],
  [
    'an object that is not there leaves',
    [unregisters(0, A), returns(0), unregisters(1, P), returns(1)],
  ],
  ['a duplicate', [...registered(0, A), registers(1, B, 1), returns(1, -EBUSY)]],
  [
    'the null token',
    [registers(0, A, 0), returns(0, -EINVAL), registers(0, P, 0), returns(0, -EINVAL)],
  ],
  ['the same object again, xarray', [...PAIR, registers(1, A, 2), returns(1, -EINVAL)]],
  [
    'the same object again, lists',
    [...PAIR, registers(1, A, 1), returns(1, -EBUSY), registers(1, P, 1), returns(1, -EBUSY)],
    LIST,
  ],
  [
    'a registered consumer with another token, lists',
    [...PAIR, registers(1, A, 2), returns(1, -EBUSY)],
    LIST,
  ],
  [
    'a refused connect leaves the partner',
    [
      ...registered(0, P),
      registers(1, A, 1),
      ...runs(1, 'refused', P, A),
      returns(1, EIO),
      registers(1, B, 1),
      ...runs(1, 'connected', P, B),
      returns(1),
    ],
  ],
  [
    'a token used again',
    [
      ...PAIR,
      unregisters(0, P),
      ...runs(0, 'parted', P, A),
      returns(0),
      unregisters(0, A),
      returns(0),
      ...registered(1, B),
      registers(2, Q, 1),
      ...runs(2, 'connected', Q, B),
      returns(2),
    ],
  ],
  [
    'two of a side at once: the later return has come first',
    [registers(0, A, 1), registers(1, B, 1), returns(0, -EBUSY), returns(1)],
  ],
  [
    'a duplicate of one that is on its way out',
    [...registered(0, A), registers(1, B, 1), unregisters(0, A), returns(0), returns(1, -EBUSY)],
  ],
  [
    'and of one that had left by then',
    [...registered(0, A), registers(1, B, 1), unregisters(0, A), returns(0), returns(1)],
  ],
  [
    'both sides at once: the first one met',
    [registers(0, A, 1), registers(1, P, 1), returns(1), ...runs(0, 'connected', P, A), returns(0)],
  ],
  [
    'both sides at once: the second one met',
    [registers(0, A, 1), registers(1, P, 1), returns(0), ...runs(1, 'connected', P, A), returns(1)],
  ],
  [
    'leaving while the pair connects',
    [
      ...registered(0, P),
      registers(1, A, 1),
      unregisters(0, P),
      ...runs(1, 'connected', P, A),
      ...runs(0, 'parted', P, A),
      returns(0),
      returns(1),
    ],
  ],
  [
    'leaving before the pair connects',
    [...registered(0, P), registers(1, A, 1), unregisters(0, P), returns(0), returns(1)],
  ],
  [
    'leaving while a connect fails',
    [
      ...registered(0, P),
      registers(1, A, 1),
      unregisters(0, P),
      ...runs(1, 'refused', P, A),
      returns(1, EIO),
      returns(0),
    ],
  ],
];

const UNEXPLAINED: readonly Case[] = [
  ['a duplicate that is taken', [...registered(0, A), ...registered(1, B)]],
  [
    'two of a side at once, both refused',
    [registers(0, A, 1), registers(1, B, 1), returns(0, -EBUSY), returns(1, -EBUSY)],
  ],
  ['a duplicate of nobody', [registers(0, A, 1), returns(0, -EBUSY)]],
  [
    'a duplicate of one that has left',
    [...registered(0, A), unregisters(0, A), returns(0), registers(1, B, 1), returns(1, -EBUSY)],
  ],
  ['a partner that is not met', [...registered(0, P), ...registered(1, A)]],
  [
    'both sides at once, and neither meets',
    [registers(0, A, 1), registers(1, P, 1), returns(0), returns(1)],
  ],
  [
    'both sides at once, and both meet',
    [
      registers(0, A, 1),
      registers(1, P, 1),
      ...runs(0, 'connected', P, A),
      ...runs(1, 'connected', P, A),
      returns(0),
      returns(1),
    ],
  ],
  [
    'a partner of another token',
    [...registered(0, P), registers(1, A, 2), ...runs(1, 'connected', P, A), returns(1)],
  ],
  [
    'the wrong partner',
    [
      ...registered(0, P),
      ...registered(0, Q, 2),
      registers(1, A, 1),
      ...runs(1, 'connected', Q, A),
      returns(1),
    ],
  ],
  ['leaving without parting', [...PAIR, unregisters(0, P), returns(0)]],
  [
    'parting twice',
    [
      ...PAIR,
      unregisters(0, P),
      unregisters(1, A),
      ...runs(0, 'parted', P, A),
      ...runs(1, 'parted', P, A),
      returns(0),
      returns(1),
    ],
  ],
  [
    'a connect that fails and is no error',
    [...registered(0, P), registers(1, A, 1), ...runs(1, 'refused', P, A), returns(1)],
  ],
  [
    'a connect that fails with another error',
    [...registered(0, P), registers(1, A, 1), ...runs(1, 'refused', P, A), returns(1, -EBUSY)],
  ],
  [
    'a connect that succeeds and is an error',
    [...registered(0, P), registers(1, A, 1), ...runs(1, 'connected', P, A), returns(1, EIO)],
  ],
  ['an error of nobody', [registers(0, A, 1), returns(0, EIO)]],
  [
    'one that a refused connect left registered',
    [
      ...registered(0, P),
      registers(1, A, 1),
      ...runs(1, 'refused', P, A),
      returns(1, EIO),
      registers(1, B, 1),
      returns(1, -EBUSY),
    ],
  ],
  ['the null token is taken', registered(0, A, 0)],
  [
    'the same object again, xarray, as a duplicate',
    [...registered(0, A), registers(0, A, 1), returns(0, -EBUSY)],
  ],
  [
    'the same object again, lists, as an invalid one',
    [...registered(0, A), registers(0, A, 1), returns(0, -EINVAL)],
    LIST,
  ],
  ['no memory, and there is some', [registers(0, A, 1), returns(0, -ENOMEM)]],
  [
    'an overlap that has ended',
    [
      ...registered(0, A),
      unregisters(0, A),
      registers(1, B, 1),
      returns(0),
      ...registered(2, C),
      returns(1),
    ],
  ],
];

function judgeCase([, history, rules]: Case) {
  return judge(monitorOf(rules), history);
}

describe('some order of the calls explains', () => {
  for (const one of EXPLAINED) test(one[0], () => assert.equal(judgeCase(one), null));
});

describe('no order of the calls explains', () => {
  for (const one of UNEXPLAINED)
    test(one[0], () => assert.equal(judgeCase(one)?.kind, 'not linearizable'));
});

test('a consumer without the callbacks that tell it of a producer is refused', () => {
  for (const missing of [HAS.ADD, HAS.DEL]) {
    const parties = PARTIES.map((one) => ({ ...one, flags: one.flags & ~missing }));
    const judgeIn = (history: readonly HistoryEvent[]) => judge(monitorOf({ parties }), history);
    assert.equal(judgeIn([registers(0, A, 1), returns(0, -EINVAL)]), null);
    assert.notEqual(judgeIn(registered(0, A)), null);
    assert.equal(judgeIn(registered(0, P)), null, 'producers may do without');
  }
});

test('the finding says what was returned and what could have been', () => {
  const finding = judge(monitorOf(), [...registered(0, P), ...registered(1, A)]);
  assert.match(
    finding?.message ?? '',
    /^thread 1: register consumer A, token 1 returned 0, having met nobody; .*returned 0, connected with producer P/,
  );
});

test('calls for one object at once are a mistake of their callers', () => {
  const monitor = monitorOf();
  monitor.called(0, { verb: 'register', object: A, token: 1 });
  assert.throws(
    () => monitor.called(1, { verb: 'unregister', object: A, token: 0 }),
    /another call|has not returned/,
  );
});

test('lists: another token for a registered producer is a mistake of its caller', () => {
  const monitor = monitorOf(LIST);
  judge(monitor, registered(0, P));
  assert.throws(
    () => monitor.called(1, { verb: 'register', object: P, token: 2 }),
    /producer P is reg/,
  );
});

describe('memory for one token', () => {
  const hasRoom: Rules['hasRoom'] = ({ token }, holders) =>
    holders.every((holder) => holder.token === token);
  const atOnce = [registers(0, A, 1), registers(1, B, 2), returns(0, -ENOMEM), returns(1, -ENOMEM)];
  const oneLeft = [...registered(0, A), unregisters(0, A), returns(0)];

  for (const holdsMeanwhile of [false, true]) {
    const monitor = monitorOf({ hasRoom, holdsMeanwhile });
    test(`the second has none, until the first has left (meanwhile: ${holdsMeanwhile})`, () => {
      const refused = [registers(1, B, 2), returns(1, -ENOMEM)];
      assert.equal(judge(monitor, [...registered(0, A), ...refused]), null);
      assert.notEqual(judge(monitor, [...registered(0, A), ...registered(1, B, 2)]), null);
      assert.equal(judge(monitor, [...oneLeft, ...registered(1, B, 2)]), null);
      assert.notEqual(judge(monitor, [...oneLeft, ...refused]), null);
    });

    test(`a duplicate needs none (meanwhile: ${holdsMeanwhile})`, () => {
      const history = [...registered(0, A), registers(1, B, 1), returns(1, -EBUSY)];
      assert.equal(judge(monitor, history), null);
    });

    test(`of two at once one may have none (meanwhile: ${holdsMeanwhile})`, () => {
      const history = [...atOnce.slice(0, -1), returns(1)];
      assert.equal(judge(monitor, history), null);
      assert.notEqual(judge(monitor, [...atOnce.slice(0, 2), returns(0), returns(1)]), null);
    });
  }

  test('one that is refused whatever there is holds none', () => {
    const parties = PARTIES.map((one, i) => (i === A ? { ...one, flags: HAS.ADD } : one));
    const monitor = monitorOf({ hasRoom, parties, holdsMeanwhile: true });
    const history = [registers(0, A, 1), registers(1, B, 2), returns(1, -ENOMEM)];
    assert.notEqual(judge(monitor, history), null);
    assert.equal(judge(monitor, [...history.slice(0, 2), returns(1), returns(0, -EINVAL)]), null);
  });

  test('of two at once both may have none where calls hold some meanwhile, and else not', () => {
    assert.equal(judge(monitorOf({ hasRoom, holdsMeanwhile: true }), atOnce), null);
    assert.notEqual(judge(monitorOf({ hasRoom, holdsMeanwhile: false }), atOnce), null);
  });
});

function digestOf(monitor: Monitor): number {
  const digest = new Digest();
  digest.reset();
  monitor.addTo(digest);
  return digest.key();
}

test('what is the same from now on has the same digest, whatever led to it', () => {
  const digestAfter = (...history: HistoryEvent[]) => {
    const monitor = monitorOf();
    assert.equal(judge(monitor, history), null);
    return digestOf(monitor);
  };
  const fresh = digestAfter();
  assert.equal(digestAfter(...registered(0, A), unregisters(1, A), returns(1)), fresh);
  assert.equal(
    digestAfter(registers(0, A, 1), registers(1, P, 2)),
    digestAfter(registers(1, P, 2), registers(0, A, 1)),
  );
  assert.notEqual(digestAfter(...registered(0, A)), fresh);
  assert.notEqual(digestAfter(registers(0, A, 1)), digestAfter(...registered(0, A)));
  const connecting = [...registered(0, P), registers(1, A, 1)];
  assert.notEqual(
    digestAfter(...connecting, ...runs(1, 'connected', P, A)),
    digestAfter(...connecting, ...runs(1, 'refused', P, A)),
  );
});

test('who is registered from the beginning is connected from the beginning', () => {
  const monitor = new LinearizabilityMonitor(THREADS, RULES, [1, 2, 0, 1, 0]);
  const parting = [unregisters(0, P), ...runs(0, 'parted', P, A), returns(0)];
  assert.equal(judge(monitor, [...parting, registers(1, C, 2), returns(1, -EBUSY)]), null);
  assert.equal(judge(monitor, [unregisters(0, A), returns(0)])?.kind, 'not linearizable');
});
