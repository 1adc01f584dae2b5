import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canTell,
  log2Counts,
  percentileDistribution,
  samplesNeeded,
  summarize,
  withPercentiles,
} from '../../src/measure/histogram.js';
import { latencySummarySchema } from '../../src/model/run-result.js';
import fc from '../support/properties.js';

const PERCENTILES = [0, 25, 50, 90, 95, 99, 99.9, 99.99, 100];
const HOUR_NS = 3600e9;

/** Whole nanoseconds from nothing to an hour, on every scale. */
const latencies = fc
  .tuple(fc.integer({ min: 0, max: 41 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([exponent, fraction]) => Math.min(HOUR_NS, Math.floor(2 ** exponent * (1 + fraction)) - 1));
const samples = fc.array(latencies, { minLength: 1, maxLength: 300 });

test('a percentile is told by five samples above it', () => {
  assert.equal(canTell(10, 50), true);
  assert.equal(canTell(9, 50), false);
  assert.equal(canTell(500, 99), true);
  assert.equal(canTell(499, 99), false);
  assert.equal(canTell(5000, 99.9), true);
  assert.equal(canTell(4999, 99.9), false);
  assert.equal(canTell(50_000, 99.99), true);
  assert.equal(canTell(1e9, 100), false);
  assert.equal(canTell(0, 0), false);
});

test('what is needed is what is enough, to the sample', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9999 }), (hundredths) => {
      const percentile = hundredths / 100;
      const needed = samplesNeeded(percentile);
      assert.equal(canTell(needed, percentile), true);
      assert.equal(canTell(needed - 1, percentile), false);
    }),
  );
  assert.equal(samplesNeeded(100), Infinity);
});

test('a summary tells what the samples say', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const summary = latencySummarySchema.parse(summarize(Float64Array.from(values), PERCENTILES));
      const sorted = values.toSorted((a, b) => a - b);
      assert.equal(summary.count, values.length);
      assert.equal(summary.minNs, sorted[0]);
      assert.equal(summary.maxNs, sorted.at(-1));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      assert.ok(Math.abs((summary.meanNs ?? NaN) - mean) <= mean * 1e-9);
      for (const percentile of PERCENTILES) {
        const told = summary.percentiles[String(percentile)];
        if (!canTell(values.length, percentile)) {
          assert.equal(told, null);
          continue;
        }
        // The sample at the percentile's rank, to three digits.
        const rank = Math.max(1, Math.ceil((percentile / 100) * values.length - 1e-9));
        const exact = sorted[rank - 1] as number;
        assert.ok(told !== undefined && told !== null);
        assert.ok(Math.abs(told - exact) <= exact * 1e-3, `p${percentile}: ${told} for ${exact}`);
        assert.ok(told >= (summary.minNs ?? 0) && told <= (summary.maxNs ?? 0));
      }
    }),
    { numRuns: 60 },
  );
});

test('no samples make an empty summary, not zeros', () => {
  const empty = summarize(new Float64Array(0), [50, 99]);
  assert.deepEqual(empty, {
    count: 0,
    minNs: null,
    meanNs: null,
    maxNs: null,
    percentiles: { '50': null, '99': null },
    hdr: null,
  });
  assert.deepEqual(withPercentiles(empty, [90]).percentiles, { '90': null });
  assert.deepEqual(log2Counts(empty), []);
  assert.match(percentileDistribution(empty), /^#\[.*Total count +=\s+0\]$/m);
});

test('a sample past what a histogram holds is kept in minimum, mean and maximum', () => {
  const values = Float64Array.from([10, 10, 10, 10, 10, 10, 10, 10, 10, 10 * HOUR_NS]);
  const summary = summarize(values, [50]);
  assert.equal(summary.maxNs, 10 * HOUR_NS);
  assert.equal(summary.percentiles['50'], 10);
  assert.equal(
    log2Counts(summary).reduce((sum, count) => sum + count, 0),
    10,
  );
  // The clamped one lies where an hour lies.
  assert.equal(log2Counts(summary)[42], 1);
});

test('a percentile does not lie past the largest sample', () => {
  const summary = summarize(Float64Array.from(Array(100).fill(1_000_001)), [50, 90]);
  assert.equal(summary.percentiles['90'], 1_000_001);
});

test('other percentiles can be had of a summary, as if they had been asked for at once', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const array = Float64Array.from(values);
      const later = withPercentiles(summarize(array, [50]), PERCENTILES);
      assert.deepEqual(later, summarize(array, PERCENTILES));
    }),
    { numRuns: 40 },
  );
});

test('counts by power of two are exact', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const expected: number[] = [];
      for (const value of values) {
        // Slot i: the bits that the value takes, and 0 stands with 1.
        const slot = Math.max(1, value.toString(2).length);
        while (expected.length <= slot) expected.push(0);
        expected[slot] = (expected[slot] as number) + 1;
      }
      assert.deepEqual(log2Counts(summarize(Float64Array.from(values), [])), expected);
    }),
    { numRuns: 60 },
  );
});

test('borders between powers of two fall on their own side', () => {
  for (let exponent = 1; exponent <= 41; exponent++) {
    const border = 2 ** exponent;
    const counts = log2Counts(summarize(Float64Array.from([border - 1, border]), []));
    assert.equal(counts[exponent], 1, `${border - 1}`);
    assert.equal(counts[exponent + 1], 1, `${border}`);
  }
});

test('the percentile distribution is the histogram’s own', () => {
  const summary = summarize(Float64Array.from([...Array(1000).keys()]), []);
  const text = percentileDistribution(summary);
  assert.match(text, /Value\s+Percentile\s+TotalCount/);
  assert.match(text, /Total count\s+=\s+1000/);
});
