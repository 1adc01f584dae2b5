import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initList, ListIndex } from '../../src/irqbypass/list-index.js';
import {
  CONSUMER_BYTES,
  NEXT,
  type ObjectArea,
  PREV,
  reserveObjects,
  setToken,
} from '../../src/irqbypass/objects.js';
import { COUNTER, Counters, reserveCounters } from '../../src/sync/counters.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';

/** A list of objects 0 … n-1, whose tokens are (1, number). */
class Chain {
  readonly words: Int32Array;
  readonly head: number;
  readonly list: ListIndex;
  private readonly area: ObjectArea;
  private readonly counters: Counters;

  constructor(objects: number) {
    const layout = new Layout();
    const countersAt = reserveCounters(layout, 1);
    this.head = layout.reserve(2);
    this.area = reserveObjects(layout, objects, CONSUMER_BYTES);
    const memory = allocateMemory(layout.totalBytes);
    this.words = memory.words;
    this.counters = new Counters(memory, countersAt, 0);
    this.list = new ListIndex(memory, this.head, this.counters);
    initList(this.words, this.head);
    for (let i = 0; i < objects; i++) setToken(this.words, this.object(i), 1, i);
  }

  object(i: number): number {
    return this.area.at + i * this.area.strideWords;
  }

  /** The objects' numbers from the head, read along one kind of link. */
  order(link: number): number[] {
    const numbers: number[] = [];
    let node = this.words[this.head + link] as number;
    while (node !== this.head) {
      numbers.push((node - this.area.at) / this.area.strideWords);
      node = this.words[node + link] as number;
    }
    return numbers;
  }

  visits(action: () => void): number {
    const before = this.counters.read(COUNTER.nodesVisited);
    action();
    return this.counters.read(COUNTER.nodesVisited) - before;
  }
}

test('a new entry goes to the head', () => {
  const chain = new Chain(4);
  assert.deepEqual(chain.order(NEXT), []);
  for (const i of [2, 0, 3, 1]) chain.list.add(chain.object(i));
  assert.deepEqual(chain.order(NEXT), [1, 3, 0, 2]);
  assert.deepEqual(chain.order(PREV), [2, 0, 3, 1]);
});

test('a miss looks at every entry that lives, and at no other', () => {
  const chain = new Chain(50);
  for (let i = 0; i < 50; i++) {
    assert.equal(
      chain.visits(() => assert.equal(chain.list.find(9, 9, 0), 0)),
      i,
    );
    chain.list.add(chain.object(i));
  }
  for (const [removed, i] of [7, 49, 0, 25].entries()) {
    chain.list.remove(chain.object(i));
    assert.equal(
      chain.visits(() => chain.list.find(9, 9, 0)),
      49 - removed,
    );
  }
});

test('a hit looks at the entries before it and at itself', () => {
  const chain = new Chain(10);
  for (let i = 0; i < 10; i++) chain.list.add(chain.object(i));
  for (let i = 0; i < 10; i++) {
    assert.equal(
      chain.visits(() => assert.equal(chain.list.find(1, i, 0), chain.object(i))),
      10 - i,
    );
    assert.equal(
      chain.visits(() => assert.equal(chain.list.contains(chain.object(i)), true)),
      10 - i,
    );
  }
});

test('a token is found by both of its halves', () => {
  const chain = new Chain(3);
  for (let i = 0; i < 3; i++) chain.list.add(chain.object(i));
  assert.equal(chain.list.find(0, 1, 0), 0);
  assert.equal(chain.list.find(1, 3, 0), 0);
  setToken(chain.words, chain.object(0), -30591, -64);
  assert.equal(chain.list.find(-30591, -64, 0), chain.object(0));
  assert.equal(chain.list.find(-30591, 64, 0), 0);
});

test('an object counts as its own duplicate, whatever its token is', () => {
  const chain = new Chain(3);
  for (let i = 0; i < 3; i++) chain.list.add(chain.object(i));
  assert.equal(chain.list.find(9, 9, chain.object(1)), chain.object(1));
  assert.equal(chain.list.find(1, 2, chain.object(0)), chain.object(2), 'what stands before wins');
  chain.list.remove(chain.object(1));
  assert.equal(chain.list.find(9, 9, chain.object(1)), 0);
});

test('an entry can be taken from the head, the middle and the end', () => {
  const chain = new Chain(5);
  for (let i = 0; i < 5; i++) chain.list.add(chain.object(i));
  const left = [4, 3, 2, 1, 0];
  for (const i of [2, 4, 0, 1, 3]) {
    chain.list.remove(chain.object(i));
    left.splice(left.indexOf(i), 1);
    assert.deepEqual(chain.order(NEXT), left);
    assert.deepEqual(chain.order(PREV), left.toReversed());
    assert.equal(chain.words[chain.object(i) + NEXT], 0, 'its links are cleared');
    assert.equal(chain.words[chain.object(i) + PREV], 0);
    assert.equal(chain.list.contains(chain.object(i)), false);
  }
  assert.equal(chain.words[chain.head + NEXT], chain.head);
  assert.equal(chain.words[chain.head + PREV], chain.head);
});

test('what was removed can be added again', () => {
  const chain = new Chain(3);
  for (let i = 0; i < 3; i++) chain.list.add(chain.object(i));
  chain.list.remove(chain.object(0));
  chain.list.add(chain.object(0));
  assert.deepEqual(chain.order(NEXT), [0, 2, 1]);
});
