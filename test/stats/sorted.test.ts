import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oracle from 'simple-statistics';
import { medianOf, nearestRank, sorted } from '../../src/stats/sorted.js';
import fc from '../support/properties.js';
import { sample } from './draws.js';

test('sorting is by value, and of a copy', () => {
  const values = Float64Array.of(100, 9, 20);
  assert.deepEqual([...sorted(values)], [9, 20, 100]);
  assert.deepEqual([...values], [100, 9, 20]);
});

test('no values have no median and no rank', () => {
  assert.equal(medianOf(sorted(Float64Array.of())), null);
  assert.equal(nearestRank(sorted(Float64Array.of()), 95), null);
});

test('the median is that of the oracle', () => {
  fc.assert(
    fc.property(sample(1, 30), (values) => {
      assert.equal(medianOf(sorted(values)), oracle.median([...values]));
    }),
  );
});

test('the nearest rank is the smallest value that covers its share', () => {
  const values = sorted(Float64Array.from({ length: 200 }, (_, i) => i + 1));
  assert.deepEqual(
    [1, 50, 95, 99.5, 100].map((percentile) => nearestRank(values, percentile)),
    [2, 100, 190, 199, 200],
  );
});
