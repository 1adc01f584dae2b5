import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash32, permutation } from '../../src/sync/random.js';
import fc from '../support/properties.js';

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });

test('a permutation has each number once', () => {
  fc.assert(
    fc.property(fc.nat(300), seeds, fc.nat(10), (n, seed, stream) => {
      const order = permutation(n, seed, stream);
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        [...Array(n).keys()],
      );
    }),
  );
});

test('seed and stream decide a permutation', () => {
  assert.deepEqual(permutation(100, 5, 1), permutation(100, 5, 1));
  assert.notDeepEqual(permutation(100, 5, 1), permutation(100, 6, 1));
  assert.notDeepEqual(permutation(100, 5, 1), permutation(100, 5, 2));
});

test('every number goes to every place about as often', () => {
  const n = 8;
  const times = 8000;
  const seen = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let seed = 0; seed < times; seed++) {
    permutation(n, seed, 1).forEach((number, place) => {
      const row = seen[place] as number[];
      row[number] = (row[number] as number) + 1;
    });
  }
  // Five standard deviations of a count with the mean 1,000.
  for (const count of seen.flat()) assert.ok(Math.abs(count - times / n) < 150, String(count));
});

test('hash32 gives 32 bits without a sign, the same for the same', () => {
  fc.assert(
    fc.property(seeds, fc.integer(), fc.integer(), (seed, a, b) => {
      const hash = hash32(seed, a, b);
      assert.ok(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32);
      assert.equal(hash32(seed, a, b), hash);
    }),
  );
});

for (const [name, at] of [
  ['seed', (i: number) => hash32(i, 3, 5)],
  ['first number', (i: number) => hash32(1, i, 5)],
  ['second number', (i: number) => hash32(1, 3, i)],
] as const) {
  test(`hash32 spreads what differs in its ${name} alone`, () => {
    const inputs = 1 << 16;
    const buckets = { high: new Int32Array(64), low: new Int32Array(64) };
    const different = new Set<number>();
    for (let i = 0; i < inputs; i++) {
      const hash = at(i);
      different.add(hash);
      buckets.high[hash >>> 26] = (buckets.high[hash >>> 26] as number) + 1;
      buckets.low[hash & 63] = (buckets.low[hash & 63] as number) + 1;
    }
    // 1,024 expected in each; five standard deviations are 160.
    for (const count of [...buckets.high, ...buckets.low]) {
      assert.ok(Math.abs(count - 1024) < 160, `a bucket of ${count}`);
    }
    assert.ok(inputs - different.size < 8, `${inputs - different.size} collisions`);
  });

  test(`a bit more or less in the ${name} changes half of hash32`, () => {
    const samples = 400;
    for (let bit = 0; bit < 32; bit++) {
      let changed = 0;
      for (let i = 0; i < samples; i++) {
        const input = Math.imul(i, 0x9e3779b1);
        let difference = at(input) ^ at(input ^ (1 << bit));
        for (; difference !== 0; difference &= difference - 1) changed++;
      }
      const mean = changed / samples;
      assert.ok(mean > 14.5 && mean < 17.5, `bit ${bit} changes ${mean} bits`);
    }
  });
}
