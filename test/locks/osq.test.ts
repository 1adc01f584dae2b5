import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Osq } from '../../src/locks/osq.js';
import { Cpus, reserveCpus } from '../../src/sync/cpu.js';
import { Layout, LINE_WORDS } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';

/**
 * The ways out of the queue, one thread playing all: what the others do happens at the point
 * where the thread spins, the one place where it lets time pass.
 */
class ScriptedCpus extends Cpus {
  /** What happens at each spin, and what the spin returns. */
  script: (() => boolean)[] = [];

  override spinOnOwner(): boolean {
    const step = this.script.shift();
    assert.ok(step, 'it spins once more than was thought');
    return step();
  }
}

const NEXT = 0;
const LINK = 1;
const LOCKED = -1;

function rig() {
  const layout = new Layout();
  const tailAt = layout.reserve(1);
  const nodesAt = layout.reserve(4 * LINE_WORDS);
  const cpusAt = reserveCpus(layout, 4);
  const memory = allocateMemory(layout.totalBytes);
  const { words } = memory;
  const cpus = new ScriptedCpus(memory, cpusAt, 4, 1);
  const osq = new Osq(words, tailAt, nodesAt, LINE_WORDS, cpus);
  const at = (thread: number, field: number) => nodesAt + thread * LINE_WORDS + field;
  return {
    osq,
    cpus,
    words,
    at,
    tailAt,
    /** Thread `self` queues itself behind `before` and goes on to spin. */
    queue: (self: number, before: number) => {
      assert.equal(Atomics.exchange(words, tailAt, self + 1), before + 1);
      Atomics.store(words, at(self, LINK), before + 1);
      Atomics.store(words, at(before, NEXT), self + 1);
    },
    assertTidy: () => assert.deepEqual([...words.subarray(0, cpusAt)], Array(cpusAt).fill(0)),
  };
}

test('alone it is entered and left at once', () => {
  const { osq, assertTidy } = rig();
  assert.equal(osq.lock(0), true);
  osq.unlock(0);
  assertTidy();
});

test('the turn comes from the one before', () => {
  const { osq, cpus, assertTidy } = rig();
  assert.equal(osq.lock(0), true);
  cpus.script = [
    () => {
      osq.unlock(0);
      return true;
    },
  ];
  assert.equal(osq.lock(1), true);
  osq.unlock(1);
  assertTidy();
});

test('the last one leaves: the one before is the last again', () => {
  const { osq, cpus, words, tailAt, assertTidy } = rig();
  osq.lock(0);
  cpus.script = [() => false];
  assert.equal(osq.lock(1), false);
  assert.equal(words[tailAt], 1);
  osq.unlock(0);
  assertTidy();
});

test('one in the middle leaves: its neighbours are linked, and the turn goes on', () => {
  const { osq, cpus, words, at, queue, assertTidy } = rig();
  osq.lock(0);
  cpus.script = [
    () => {
      queue(2, 1);
      return false;
    },
  ];
  assert.equal(osq.lock(1), false);
  assert.equal(words[at(0, NEXT)], 3);
  assert.equal(words[at(2, LINK)], 1);
  osq.unlock(0);
  assert.equal(words[at(2, LINK)], LOCKED);
  words[at(2, LINK)] = 0;
  osq.unlock(2);
  assertTidy();
});

test('the turn comes while it leaves: it stays', () => {
  const { osq, cpus, assertTidy } = rig();
  osq.lock(0);
  cpus.script = [
    () => {
      osq.unlock(0);
      return false;
    },
  ];
  assert.equal(osq.lock(1), true);
  osq.unlock(1);
  assertTidy();
});

test('the one before leaves first: it goes on behind the one before that', () => {
  const { osq, cpus, words, at, queue, tailAt, assertTidy } = rig();
  osq.lock(0);
  queue(1, 0);
  cpus.script = [
    () => {
      // Thread 1's steps A to C.
      words[at(0, NEXT)] = 0;
      words[at(1, NEXT)] = 0;
      words[at(1, LINK)] = 0;
      words[at(2, LINK)] = 1;
      words[at(0, NEXT)] = 3;
      return true;
    },
    () => false,
  ];
  assert.equal(osq.lock(2), false);
  assert.equal(words[tailAt], 1);
  osq.unlock(0);
  assertTidy();
});
