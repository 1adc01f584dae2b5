import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Arena, reserveArena } from '../../src/irqbypass/arena.js';
import { EBUSY } from '../../src/irqbypass/errno.js';
import { TOKEN_BYTES } from '../../src/irqbypass/tokens.js';
import { XArray } from '../../src/irqbypass/xarray.js';
import { NODE, nodesFor } from '../../src/irqbypass/xarray-node.js';
import { COUNTER, Counters, reserveCounters } from '../../src/sync/counters.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { neededNodes } from '../../src/verify/room.js';
import { walkTree } from '../support/radix-model.js';
import { eventfdToken, halves } from '../support/token.js';

const LARGEST = (1n << 64n) - 1n;

/** A tree with an arena of its own; entries are any positive numbers. */
class Tree {
  readonly words: Int32Array;
  readonly head: number;
  readonly arena: Arena;
  private readonly counters: Counters;
  private readonly xarray: XArray;

  constructor(nodes: number) {
    const layout = new Layout();
    const countersAt = reserveCounters(layout, 1);
    this.head = layout.reserve(1);
    const arena = reserveArena(layout, nodes, NODE.WORDS);
    const memory = allocateMemory(layout.totalBytes);
    this.words = memory.words;
    this.arena = new Arena(memory, arena);
    this.counters = new Counters(memory, countersAt, 0);
    this.xarray = new XArray(memory, this.head, this.arena, this.counters);
  }

  load(index: bigint): number {
    const { hi, lo } = halves(index);
    return this.xarray.load(hi, lo);
  }

  insert(index: bigint, entry: number): number {
    const { hi, lo } = halves(index);
    return this.xarray.insert(hi, lo, entry);
  }

  erase(index: bigint): number {
    const { hi, lo } = halves(index);
    return this.xarray.erase(hi, lo);
  }

  /** The tree's nodes visited by what is done. */
  visits(action: () => void): number {
    const before = this.counters.read(COUNTER.nodesVisited);
    action();
    return this.counters.read(COUNTER.nodesVisited) - before;
  }
}

const edges = [0n, 1n, 63n, 64n, 65n, 4095n, 4096n, 4097n, 262143n, 262144n];
/** Each border between two heights, and between the two words. */
const borders = Array.from({ length: 10 }, (_, level) => 1n << BigInt(6 * (level + 1))).concat([
  1n << 31n,
  1n << 32n,
  1n << 63n,
  LARGEST,
]);
const indexes = fc.oneof(
  fc.constantFrom(...edges),
  fc.constantFrom(...borders, ...borders.map((border) => border - 1n)),
  fc.nat(200).map(BigInt),
  fc.nat(40).map(eventfdToken),
  fc.bigInt({ min: 0n, max: LARGEST }),
);

test('a tree behaves as a map of 64-bit numbers and holds no node too many', () => {
  const step = fc.record({
    verb: fc.constantFrom('insert', 'insert', 'erase', 'erase seen', 'load'),
    index: indexes,
    pick: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tree = new Tree(700);
      const map = new Map<bigint, number>();
      let nextEntry = 1;
      for (const { verb, index, pick } of steps) {
        const seen = [...map.keys()][pick % Math.max(1, map.size)] ?? index;
        if (verb === 'insert') {
          assert.equal(tree.insert(index, nextEntry), map.has(index) ? -EBUSY : 0);
          if (!map.has(index)) map.set(index, nextEntry);
          nextEntry++;
        } else if (verb === 'load') {
          assert.equal(tree.load(index), map.get(index) ?? 0);
        } else {
          const gone = verb === 'erase' ? index : seen;
          assert.equal(tree.erase(gone), map.get(gone) ?? 0);
          map.delete(gone);
        }
        const walked = walkTree(tree.words, tree.head);
        assert.deepEqual(walked.entries, new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1))));
        assert.equal(walked.nodes, neededNodes([...map.keys()]));
        assert.equal(tree.arena.live(), walked.nodes);
      }
      for (const index of map.keys()) assert.equal(tree.erase(index), map.get(index));
      assert.equal(tree.words[tree.head], 0);
      assert.equal(tree.arena.live(), 0);
    }),
    { numRuns: 500 },
  );
});

test('the head alone holds index 0', () => {
  const tree = new Tree(11);
  assert.equal(tree.insert(0n, 7), 0);
  assert.equal(tree.words[tree.head], 7);
  assert.equal(tree.arena.live(), 0);
  assert.equal(tree.insert(0n, 8), -EBUSY);
  assert.equal(tree.load(1n), 0);
  assert.equal(tree.erase(64n), 0);
  assert.equal(tree.erase(0n), 7);
  assert.equal(tree.erase(0n), 0);
});

test('a tree grows at its root and shrinks again, level by level', () => {
  const tree = new Tree(70);
  tree.insert(0n, 1);
  const heights = [63n, 64n, 4096n, 1n << 18n, 1n << 30n, 1n << 36n, 1n << 60n, LARGEST];
  const nodes: number[] = [];
  heights.forEach((index, i) => {
    assert.equal(tree.insert(index, i + 2), 0);
    nodes.push(walkTree(tree.words, tree.head).nodes);
  });
  assert.deepEqual(nodes.slice(0, 3), [1, 3, 6], 'one leaf; a root and two; a root and both paths');
  heights.toReversed().forEach((index, i) => {
    assert.equal(tree.arena.live(), nodes[nodes.length - 1 - i]);
    tree.erase(index);
  });
  assert.equal(tree.words[tree.head], 1, 'the entry of index 0 is back in the head');
  assert.equal(tree.arena.live(), 0);
});

test('nodes are used again, and come back clean', () => {
  const tree = new Tree(11);
  for (let round = 0; round < 100; round++) {
    assert.equal(tree.insert(eventfdToken(round * 977), round + 1), 0);
    assert.equal(walkTree(tree.words, tree.head).nodes, 11);
    assert.equal(tree.erase(eventfdToken(round * 977)), round + 1);
  }
});

test('a kernel address is eleven nodes from the root, whether it is put, found or taken', () => {
  const tree = new Tree(30);
  tree.insert(eventfdToken(0), 1);
  assert.equal(
    tree.visits(() => tree.insert(eventfdToken(1), 2)),
    11,
  );
  assert.equal(
    tree.visits(() => tree.load(eventfdToken(1))),
    11,
  );
  assert.equal(
    tree.visits(() => tree.erase(eventfdToken(1))),
    11,
  );
  const empty = new Tree(1);
  assert.equal(
    empty.visits(() => empty.load(eventfdToken(0))),
    0,
  );
});

test('nodesFor is never too little for tokens of a slab', () => {
  const subsets = fc.integer({ min: 1, max: 30_000 }).chain((tokens) =>
    fc.record({
      tokens: fc.constant(tokens),
      places: fc.uniqueArray(fc.nat(tokens - 1), { maxLength: 60 }),
    }),
  );
  fc.assert(
    fc.property(subsets, ({ tokens, places }) => {
      const needed = neededNodes(places.map(eventfdToken));
      const reserved = nodesFor(places.length, tokens, TOKEN_BYTES);
      assert.ok(reserved >= needed, `${reserved} reserved, ${needed} needed`);
    }),
    { numRuns: 300 },
  );
});

test('nodesFor is exact where every token of a slab is registered', () => {
  for (const tokens of [1, 2, 63, 64, 65, 4095, 4096, 4097]) {
    const all = Array.from({ length: tokens }, (_, i) => eventfdToken(i));
    assert.equal(nodesFor(tokens, tokens, TOKEN_BYTES), neededNodes(all), `${tokens} tokens`);
  }
  assert.equal(nodesFor(0, 1000, TOKEN_BYTES), 0);
});
