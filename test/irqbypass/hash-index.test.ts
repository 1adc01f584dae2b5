import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUCKET_WORDS, HashIndex, hashToken, initBuckets } from '../../src/irqbypass/hash-index.js';
import { CONSUMER_BYTES, NEXT, reserveObjects, setToken } from '../../src/irqbypass/objects.js';
import { shardOf } from '../../src/irqbypass/shard.js';
import { COUNTER, Counters, reserveCounters } from '../../src/sync/counters.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import fc from '../support/properties.js';
import { eventfdToken, halves } from '../support/token.js';

/** `hash_64()` of include/linux/hash.h with 32-bit longs, in whole numbers. */
function hash64(value: bigint, bits: number): number {
  const golden = 0x61c8_8647n;
  const hash32 = (x: bigint) => BigInt.asUintN(32, x * golden);
  return Number(hash32(BigInt.asUintN(32, value) ^ hash32(value >> 32n)) >> BigInt(32 - bits));
}

test('tokens are hashed as the kernel hashes them', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.integer({ min: 1, max: 16 }), (token, bits) => {
      const { hi, lo } = halves(token);
      assert.equal(hashToken(hi, lo, bits), hash64(token, bits));
    }),
  );
});

test('eventfds spread evenly over buckets, also within each shard', () => {
  const bits = 4;
  for (const shards of [1, 2, 16]) {
    const counts = Array.from({ length: shards }, () => new Array<number>(2 ** bits).fill(0));
    for (let i = 0; i < 1000 * shards; i++) {
      const { hi, lo } = halves(eventfdToken(i));
      const row = counts[shardOf(hi, lo, shards)] as number[];
      row[hashToken(hi, lo, bits)] = (row[hashToken(hi, lo, bits)] as number) + 1;
    }
    for (const row of counts) {
      const mean = row.reduce((sum, count) => sum + count, 0) / row.length;
      // Random buckets of 62 have a deviation of 8.
      for (const count of row) assert.ok(Math.abs(count - mean) < 40, `${count} of ${mean}`);
    }
  }
});

/** A table of objects 0 … n-1, whose tokens are those of a run. */
class Table {
  readonly index: HashIndex;
  readonly words: Int32Array;
  private readonly at: number;
  private readonly counters: Counters;
  private readonly areaAt: number;

  constructor(objects: number, bits: number) {
    const layout = new Layout();
    const countersAt = reserveCounters(layout, 1);
    this.at = layout.reserve(BUCKET_WORDS * 2 ** bits);
    this.areaAt = reserveObjects(layout, objects, CONSUMER_BYTES).at;
    const memory = allocateMemory(layout.totalBytes);
    this.words = memory.words;
    this.counters = new Counters(memory, countersAt, 0);
    this.index = new HashIndex(memory, this.at, bits, this.counters);
    initBuckets(this.words, this.at, bits);
    for (let i = 0; i < objects; i++) {
      const { hi, lo } = halves(eventfdToken(i));
      setToken(this.words, this.object(i), hi, lo);
    }
  }

  object(i: number): number {
    return this.areaAt + (i * CONSUMER_BYTES) / 4;
  }

  find(i: number, self = 0): number {
    const { hi, lo } = halves(eventfdToken(i));
    return this.index.find(hi, lo, self);
  }

  bucketOf(i: number, bits: number): number[] {
    const { hi, lo } = halves(eventfdToken(i));
    const head = this.at + BUCKET_WORDS * hashToken(hi, lo, bits);
    const objects: number[] = [];
    for (let node = this.words[head + NEXT] as number; node !== head; ) {
      objects.push(node);
      node = this.words[node + NEXT] as number;
    }
    return objects;
  }

  visits(action: () => void): number {
    const before = this.counters.read(COUNTER.nodesVisited);
    action();
    return this.counters.read(COUNTER.nodesVisited) - before;
  }
}

test('a walk looks at one bucket: its newest first, all of it for a miss', () => {
  const bits = 2;
  const table = new Table(60, bits);
  for (let i = 0; i < 50; i++) table.index.add(table.object(i));
  for (let i = 0; i < 50; i++) {
    const bucket = table.bucketOf(i, bits);
    const place = bucket.indexOf(table.object(i));
    assert.equal(
      table.visits(() => assert.equal(table.find(i), table.object(i))),
      place + 1,
    );
    assert.equal(
      table.visits(() => assert.ok(table.index.contains(table.object(i)))),
      place + 1,
    );
  }
  for (let i = 50; i < 60; i++) {
    const { length } = table.bucketOf(i, bits);
    assert.equal(
      table.visits(() => assert.equal(table.find(i), 0)),
      length,
    );
  }
});

test('what is removed is gone, and can come back', () => {
  const table = new Table(20, 3);
  for (let i = 0; i < 20; i++) table.index.add(table.object(i));
  for (let i = 0; i < 20; i += 2) table.index.remove(table.object(i));
  for (let i = 0; i < 20; i++) {
    assert.equal(table.find(i), i % 2 === 0 ? 0 : table.object(i));
    assert.equal(table.index.contains(table.object(i)), i % 2 !== 0);
  }
  table.index.add(table.object(4));
  assert.equal(table.find(4), table.object(4));
});

test('an object counts as its own duplicate, whichever bucket it is in', () => {
  const table = new Table(20, 3);
  table.index.add(table.object(3));
  for (let i = 0; i < 20; i++) assert.equal(table.find(i, table.object(3)), table.object(3));
  table.index.remove(table.object(3));
  assert.equal(table.find(5, table.object(3)), 0);
});
