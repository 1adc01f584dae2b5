import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTER, Counters, reserveCounters } from '../../src/sync/counters.js';
import { Layout, LINE_BYTES } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';

function threeThreads() {
  const layout = new Layout();
  layout.reserve(5);
  const first = reserveCounters(layout, 3);
  const after = layout.reserveDoubles(8);
  const memory = allocateMemory(layout.totalBytes);
  const threads = [0, 1, 2].map((thread) => new Counters(memory, first, thread));
  return { memory, after, threads: threads as [Counters, Counters, Counters] };
}

const NAMES = Object.keys(COUNTER) as (keyof typeof COUNTER)[];

test('every counter has a cell of its own', () => {
  const cells = NAMES.map((name) => COUNTER[name]);
  assert.equal(new Set(cells).size, cells.length);
});

test('threads do not count for each other, and share no cache line', () => {
  const { memory, after, threads } = threeThreads();
  const [a, b, c] = threads;
  for (const name of NAMES) b.add(COUNTER[name], 1 + COUNTER[name]);
  for (const name of NAMES) {
    assert.equal(a.read(COUNTER[name]), 0);
    assert.equal(b.read(COUNTER[name]), 1 + COUNTER[name]);
    assert.equal(c.read(COUNTER[name]), 0);
  }
  for (const { at } of threads) assert.equal((at * 8) % LINE_BYTES, 0);
  assert.ok(c.at + Math.max(...NAMES.map((name) => COUNTER[name])) < after);
  assert.equal(memory.doubles[after], 0);
});

test('a reset forgets one thread’s counts, all of them', () => {
  const { memory, threads } = threeThreads();
  for (const counters of threads) for (const name of NAMES) counters.add(COUNTER[name], 7);
  const before = memory.doubles.slice();
  threads[1].reset();
  for (const name of NAMES) assert.equal(threads[1].read(COUNTER[name]), 0);
  for (const other of [threads[0], threads[2]]) {
    for (const name of NAMES) assert.equal(other.read(COUNTER[name]), 7);
  }
  assert.ok(before.some((value) => value === 7));
});

test('a wait counts, adds up and may be the longest', () => {
  const [counters] = threeThreads().threads;
  for (const waitNs of [5, 100, 20]) counters.addWait(waitNs);
  assert.equal(counters.read(COUNTER.contended), 3);
  assert.equal(counters.read(COUNTER.waitTotalNs), 125);
  assert.equal(counters.read(COUNTER.waitMaxNs), 100);
});

test('counts outgrow 32 bits', () => {
  const [counters] = threeThreads().threads;
  counters.add(COUNTER.nodesVisited, 2 ** 40);
  counters.add(COUNTER.nodesVisited, 1);
  assert.equal(counters.read(COUNTER.nodesVisited), 2 ** 40 + 1);
});

test('counts move to other cells, where they add up; what is no count stays', () => {
  const [from, to] = threeThreads().threads;
  const stays = ['waitsFor', 'holds', 'heldSinceNs', 'waitBegunNs'];
  for (const name of NAMES) {
    from.set(COUNTER[name], 10 + COUNTER[name]);
    to.set(COUNTER[name], 3);
  }
  from.moveTo(to);
  for (const name of NAMES) {
    const [count, isCount] = [10 + COUNTER[name], !stays.includes(name)];
    assert.equal(from.read(COUNTER[name]), isCount ? 0 : count, name);
    const sum = name === 'waitMaxNs' ? count : 3 + count;
    assert.equal(to.read(COUNTER[name]), isCount ? sum : 3, name);
  }
  from.set(COUNTER.waitMaxNs, 1);
  from.moveTo(to);
  assert.equal(to.read(COUNTER.waitMaxNs), 10 + COUNTER.waitMaxNs, 'a longer one was there');
});
