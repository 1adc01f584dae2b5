import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockSite } from '../../src/locks/lock.js';
import type { Stepped } from '../../src/stepping/operation.js';
import { CHOICE, choiceOf } from '../../src/verify/choices.js';
import { DepthFirst } from '../../src/verify/dfs.js';
import { runSchedule } from '../../src/verify/explorer.js';
import { oneStepLock } from '../../src/verify/one-step-lock.js';
import { machineOf, type Pen, type Script } from './programs.js';

/** The checker's own lock. */

interface Verbs {
  acquire(): Stepped;
  release(): Stepped;
  acquireShared(): Stepped;
  releaseShared(): Stepped;
}

const LOCK = 3;
const DATA = 8;
const run = (thread: number) => choiceOf(thread, CHOICE.run);

function lockOf({ register, memory }: Pen): Verbs {
  const site = { memory, at: LOCK } as LockSite;
  return oneStepLock(register, true).create(site) as unknown as Verbs;
}

const writes: Script = function* (pen) {
  yield* lockOf(pen).acquire();
  pen.plainWrite(DATA, pen.plainRead(DATA) + 1);
  yield* pen.op('load', 1);
  yield* lockOf(pen).release();
};
const reads: Script = function* (pen) {
  yield* lockOf(pen).acquireShared();
  pen.plainRead(DATA);
  yield* pen.op('load', 1);
  yield* lockOf(pen).releaseShared();
};

test('who has it alone is alone, and what it protects is ordered', () => {
  const machine = machineOf([writes, writes, reads]);
  const { words } = machine.program.memory;
  const dfs = new DepthFirst(machine, 6);
  const found = dfs.explore(() => {
    assert.equal(words[LOCK], 0);
    return false;
  });
  assert.equal(found, 'done');
  assert.equal(dfs.wasBounded, false, 'that was every schedule');
});

test('readers share it, and a writer waits for all of them', () => {
  const machine = machineOf([reads, reads, writes]);
  runSchedule(machine, [run(0), run(1)], true);
  machine.restart();
  for (const thread of [0, 1]) {
    assert.ok(machine.choose());
    machine.step(run(thread));
  }
  assert.equal(machine.program.memory.words[LOCK], 2);
  assert.ok(machine.choose());
  assert.equal(machine.choices.indexOf(run(2)), -1);
  for (const thread of [0, 0, 1]) machine.step(run(thread));
  assert.ok(machine.choose());
  assert.equal(machine.choices.indexOf(run(2)), -1);
  machine.step(run(1));
  assert.ok(machine.choose());
  assert.notEqual(machine.choices.indexOf(run(2)), -1);
});

test('who never gives it back is waited for in a deadlock', () => {
  const keeps: Script = (pen) => lockOf(pen).acquire();
  const { finding } = runSchedule(machineOf([keeps, keeps]), []);
  assert.equal(finding?.kind, 'deadlock');
});
