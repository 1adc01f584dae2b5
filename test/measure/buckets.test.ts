import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addBuckets,
  extremesOf,
  log2UnitOf,
  slotsOf,
  summarizeBuckets,
  withPercentileRanges,
} from '../../src/measure/buckets.js';
import {
  countsWithin,
  log2Counts,
  summarize,
  withPercentiles,
} from '../../src/measure/histogram.js';
import { type Bucket, latencySummarySchema } from '../../src/model/run-result.js';

const BUCKETS = [
  { lowNs: 256, highNs: 511, count: 90 },
  { lowNs: 1024, highNs: 2047, count: 10 },
];

test('a percentile is the range that it lies in, and no figure', () => {
  const summary = summarizeBuckets(BUCKETS, { meanNs: 500 }, [50, 90, 95, 99]);
  assert.deepEqual(summary.percentileRanges, {
    '50': { lowNs: 256, highNs: 511 },
    '90': { lowNs: 256, highNs: 511 },
    '95': { lowNs: 1024, highNs: 2047 },
    '99': null,
  });
  assert.deepEqual(summary.percentiles, {});
  assert.deepEqual([summary.count, summary.minNs, summary.maxNs], [100, null, null]);
  assert.deepEqual(extremesOf(summary), {
    min: { lowNs: 256, highNs: 511 },
    max: { lowNs: 1024, highNs: 2047 },
  });
  assert.deepEqual(latencySummarySchema.parse(summary), summary);
  assert.deepEqual(withPercentiles(summary, [50]).percentileRanges, {
    '50': { lowNs: 256, highNs: 511 },
  });
});

test('a mean that nobody told lies between the ends of the buckets', () => {
  const { meanNs, meanRange } = summarizeBuckets(BUCKETS, null, []);
  assert.equal(meanNs, null);
  assert.deepEqual(meanRange, { lowNs: 332.8, highNs: 664.6 });
  const open = summarizeBuckets([{ lowNs: 8, highNs: null, count: 1 }], null, []);
  assert.deepEqual(open.meanRange, { lowNs: 8, highNs: null });
});

test('nothing counted is nothing known', () => {
  const summary = summarizeBuckets([], null, [50]);
  assert.deepEqual(summary.percentileRanges, { '50': null });
  assert.equal(extremesOf(summary), undefined);
  assert.equal(summary.meanRange, undefined);
});

test('powers of two are told with their unit', () => {
  assert.equal(log2UnitOf(BUCKETS), 'nsecs');
  assert.equal(log2UnitOf([{ lowNs: 2000, highNs: 3999, count: 1 }]), 'usecs');
  assert.equal(log2UnitOf([{ lowNs: 4e6, highNs: 8e6 - 1, count: 1 }]), 'msecs');
  assert.equal(log2UnitOf([{ lowNs: 10, highNs: 19, count: 1 }]), undefined);
  assert.equal(log2UnitOf([{ lowNs: 16, highNs: null, count: 1 }]), undefined);
  assert.deepEqual(slotsOf([{ lowNs: 0, highNs: 1999, count: 3 }], 1000), [0, 3]);
});

const histogram = fc
  .array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 40 })
  .map((counts) =>
    counts
      .map((count, at) => ({ lowNs: at === 0 ? 0 : 2 ** at, highNs: 2 ** (at + 1) - 1, count }))
      .filter(({ count }) => count > 0),
  );

test('the range of a percentile holds the sample of its rank', () => {
  fc.assert(
    fc.property(histogram, fc.integer({ min: 1, max: 999 }), (buckets, tenths) => {
      const percentile = tenths / 10;
      const samples = buckets.flatMap(({ lowNs, count }) => Array(count).fill(lowNs) as number[]);
      const summary = withPercentileRanges(summarizeBuckets(buckets, null, []), [percentile]);
      const range = summary.percentileRanges?.[String(percentile)];
      // By whole numbers, where no rounding is.
      const rank = Math.max(1, Math.ceil((tenths * samples.length) / 1000));
      if (range) assert.equal(range.lowNs, samples[rank - 1]);
      else assert.ok(samples.length * (1000 - tenths) < 5000 + 1e-6);
    }),
  );
});

test('histograms of one thing add up, in any order', () => {
  fc.assert(
    fc.property(histogram, histogram, (one, other) => {
      const sum = addBuckets([...one, ...other]);
      assert.deepEqual(addBuckets([...other, ...one]), sum);
      const count = (buckets: readonly Bucket[]) =>
        buckets.reduce((total, { count }) => total + count, 0);
      assert.equal(count(sum), count(one) + count(other));
      assert.deepEqual(
        sum.map(({ lowNs }) => lowNs),
        [...new Set([...one, ...other].map(({ lowNs }) => lowNs))].sort((a, b) => a - b),
      );
    }),
  );
});

test('samples are counted by any ranges, and by powers of two as bcc counts them', () => {
  const samples = fc.array(fc.nat({ max: 2 ** 30 - 1 }), { minLength: 1, maxLength: 60 });
  const ranges = Array.from({ length: 31 }, (_, at) => ({
    lowNs: at === 0 ? 0 : 2 ** at,
    highNs: 2 ** (at + 1) - 1,
  }));
  fc.assert(
    fc.property(samples, (samplesNs) => {
      const summary = summarize(Float64Array.from(samplesNs), []);
      const counts = countsWithin(summary, ranges) ?? [];
      assert.deepEqual(
        counts,
        ranges.map(
          ({ lowNs, highNs }) => samplesNs.filter((ns) => ns >= lowNs && ns <= highNs).length,
        ),
      );
      assert.deepEqual(
        log2Counts(summary).slice(1),
        counts.slice(0, log2Counts(summary).length - 1),
      );
    }),
  );
  assert.equal(
    countsWithin(summarizeBuckets(BUCKETS, null, []), [{ lowNs: 0, highNs: 300 }]),
    null,
  );
});
