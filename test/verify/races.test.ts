import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHOICE, choiceOf } from '../../src/verify/choices.js';
import { runSchedule } from '../../src/verify/explorer.js';
import { machineOf, type Script } from './programs.js';

/** What orders two accesses, and what does not: ECMA-262, Memory Model. */

const run = (thread: number) => choiceOf(thread, CHOICE.run);
const DATA = 8;
const FLAG = 9;

/** Whether a race is seen when the first thread runs to its end before the second. */
function races(first: Script, second: Script, order = [0, 1]): boolean {
  const machine = machineOf([first, second]);
  const wish = order.flatMap((thread) => Array.from({ length: 20 }, () => run(thread)));
  // The first time shows which words are shared.
  runSchedule(machine, wish);
  const { finding } = runSchedule(machine, wish);
  if (finding !== undefined) assert.equal(finding.kind, 'data race');
  return finding !== undefined;
}

const writes: Script = function* (pen) {
  yield* pen.op('load', 1);
  pen.plainWrite(DATA, 1);
};
const reads: Script = function* (pen) {
  yield* pen.op('load', 2);
  pen.plainRead(DATA);
};

/** Writes plainly, then does something to the flag. */
const publishes = (name: 'store' | 'exchange' | 'load' | 'add'): Script =>
  function* (pen) {
    yield* pen.op('load', 1);
    pen.plainWrite(DATA, 1);
    yield* pen.op(name, FLAG, 1);
  };
/** Does something to the flag, then writes plainly. */
const follows = (name: 'store' | 'exchange' | 'load' | 'add'): Script =>
  function* (pen) {
    yield* pen.op(name, FLAG, 2);
    pen.plainWrite(DATA, 2);
  };

test('plain accesses without any order race, unless both read', () => {
  assert.ok(races(writes, reads));
  assert.ok(races(reads, writes));
  assert.ok(races(writes, writes));
  assert.ok(!races(reads, reads));
});

test('an atomic read of what an atomic write wrote orders', () => {
  for (const write of ['store', 'exchange', 'add'] as const) {
    for (const read of ['load', 'exchange', 'add'] as const) {
      assert.ok(!races(publishes(write), follows(read)), `${write} then ${read}`);
    }
  }
});

test('a store after a load, two stores and two loads order nothing', () => {
  assert.ok(races(publishes('load'), follows('store')));
  assert.ok(races(publishes('store'), follows('store')));
  assert.ok(races(publishes('load'), follows('load')));
});

test('a load before the store that it should see orders nothing', () => {
  assert.ok(races(publishes('store'), follows('load'), [1, 0]));
});

test('an atomic access races with a plain one of the same word; two atomic ones do not', () => {
  const atomic: Script = (pen) => pen.op('store', DATA, 2);
  assert.ok(races(writes, atomic));
  assert.ok(races(atomic, reads));
  assert.ok(!races(atomic, atomic));
});

test('a plain store is seen by an atomic load, and orders nothing', () => {
  const releases: Script = function* (pen) {
    yield* pen.op('load', 1);
    pen.plainWrite(DATA, 1);
    pen.plainWrite(FLAG, 1);
  };
  assert.ok(races(releases, follows('load')));
});

test('a notify orders what came before it with whom it wakes, and with whoever waits later', () => {
  const waits: Script = function* (pen) {
    yield* pen.wait(FLAG, 0);
    pen.plainWrite(DATA, 2);
  };
  const wakes: Script = function* (pen) {
    yield* pen.op('load', 1);
    pen.plainWrite(DATA, 1);
    yield* pen.notify(FLAG);
  };
  assert.ok(!races(waits, wakes, [0, 1]));
  const waitsInVain: Script = function* (pen) {
    yield* pen.wait(FLAG, 1);
    pen.plainWrite(DATA, 2);
  };
  assert.ok(!races(wakes, waitsInVain, [0, 1]));
  assert.ok(races(wakes, waitsInVain, [1, 0]), 'nothing tells it of a wait before');
});
