import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratioInterval, resampledMedians, streamOf } from '../../src/stats/bootstrap.js';
import { medianOf, sorted } from '../../src/stats/sorted.js';
import fc from '../support/properties.js';
import { latencies, sample, shareOf } from './draws.js';

const interval = (a: Float64Array, b: Float64Array, seed = 1) =>
  ratioInterval(
    resampledMedians(sorted(a), streamOf(seed, 'a')),
    resampledMedians(sorted(b), streamOf(seed, 'b')),
    0.95,
  );

test('a resample is drawn from the sample, with repetition', () => {
  const values = sorted(Float64Array.of(1, 10, 100));
  const medians = resampledMedians(values, 1);
  const share = (value: number) =>
    medians.filter((median) => median === value).length / medians.length;
  // The median of three draws is the lowest where two or three are: 7 of 27 times.
  assert.ok(Math.abs(share(1) - 7 / 27) < 0.015);
  assert.ok(Math.abs(share(10) - 13 / 27) < 0.015);
  assert.ok(Math.abs(share(100) - 7 / 27) < 0.015);
});

test('the median of an even resample is the mean of its middle two', () => {
  const medians = resampledMedians(sorted(Float64Array.of(1, 10)), 1);
  assert.deepEqual([...new Set(medians)].sort(), [1, 10, 5.5].sort());
  const half = medians.filter((median) => median === 5.5).length / medians.length;
  assert.ok(Math.abs(half - 0.5) < 0.02);
});

test('the spread of resampled medians is that of Maritz and Jarrett', () => {
  // J. S. Maritz, R. G. Jarrett, "A Note on Estimating the Variance of the Sample Median" (1978):
  // of an odd sample the k-th value is the resampled median with a binomial probability.
  const values = sorted(latencies(5)(9, 1e6));
  const medians = resampledMedians(values, 3);
  for (let k = 0; k < 9; k++) {
    const expected = atMost(4, 9, k / 9) - atMost(4, 9, (k + 1) / 9);
    const found = medians.filter((median) => median === values[k]).length / medians.length;
    assert.ok(Math.abs(found - expected) < 0.015, `rank ${k}: ${found}, not ${expected}`);
  }
});

/** The binomial probability of at most so many successes. */
function atMost(successes: number, trials: number, p: number): number {
  let sum = 0;
  let ways = 1;
  for (let i = 0; i <= successes; i++) {
    sum += ways * p ** i * (1 - p) ** (trials - i);
    ways = (ways * (trials - i)) / (i + 1);
  }
  return sum;
}

test('streams differ by text and by seed, and are the same for the same', () => {
  const texts = ['', 'a', 'b', 'ab', 'ba', 'register.p50 linux-6.2', 'register.p95 linux-6.2'];
  const streams = texts.flatMap((text) => [streamOf(1, text), streamOf(2, text)]);
  assert.equal(new Set(streams).size, streams.length);
  assert.equal(streamOf(1, 'ab'), streamOf(1, 'ab'));
});

test('the interval is the same to the byte with the same seed, and another with another', () => {
  const draw = latencies(6);
  const [a, b] = [draw(11, 1e6), draw(11, 1e6)];
  assert.deepEqual(interval(a, b, 4), interval(a, b, 4));
  assert.notDeepEqual(resampledMedians(sorted(a), 4), resampledMedians(sorted(a), 5));
});

test('samples swapped have the inverse interval', () => {
  fc.assert(
    fc.property(sample(1, 15), sample(1, 15), (a, b) => {
      const [one, other] = [streamOf(1, 'a'), streamOf(1, 'b')];
      const [mine, yours] = [resampledMedians(sorted(a), one), resampledMedians(sorted(b), other)];
      const there = ratioInterval(mine, yours, 0.95);
      const back = ratioInterval(yours, mine, 0.95);
      assert.equal(there.inverseLow, back.low);
      assert.equal(back.inverseLow, there.low);
      assert.ok(Math.abs(there.low * back.high - 1) < 1e-15);
      assert.ok(Math.abs(there.high * back.low - 1) < 1e-15);
    }),
    { numRuns: 20 },
  );
});

test('another unit does not change the ratio', () => {
  fc.assert(
    fc.property(sample(6, 12), sample(6, 12), fc.integer({ min: -8, max: 8 }), (a, b, power) => {
      // Powers of two are exact.
      const scaled = (values: Float64Array) => values.map((value) => value * 2 ** power);
      assert.deepEqual(interval(scaled(a), scaled(b)), interval(a, b));
      const { low, high } = interval(a, b);
      const twice = interval(scaled(a), b);
      assert.deepEqual([twice.low, twice.high], [low * 2 ** power, high * 2 ** power]);
    }),
    { numRuns: 20 },
  );
});

test('the interval covers the true ratio about as often as it says', () => {
  for (const [rounds, seed] of [
    [10, 7],
    [21, 8],
  ] as const) {
    const draw = latencies(seed);
    const coverage = shareOf(250, (trial) => {
      const { low, high } = interval(draw(rounds, 3e6), draw(rounds, 1e6), trial);
      return low <= 3 && 3 <= high;
    });
    // Of a few rounds the percentile interval of a median is known to be a little too wide.
    assert.ok(coverage > 0.91 && coverage <= 0.99, `${rounds} rounds: ${coverage}`);
  }
});

test('the interval lies about the ratio of the medians', () => {
  const draw = latencies(9);
  const [a, b] = [draw(30, 2e6), draw(30, 1e6)];
  const { low, high } = interval(a, b);
  const ratio = (medianOf(sorted(a)) as number) / (medianOf(sorted(b)) as number);
  assert.ok(low < ratio && ratio < high);
  // Four standard errors of 2 × 1.25 × 0.2 / √30 wide, and a half more for luck.
  assert.ok(high / low < 1.5);
});
