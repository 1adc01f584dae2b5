import { type RatioInterval, ratioInterval, resampledMedians } from './bootstrap.js';
import { holm } from './holm.js';
import { mannWhitney, smallestP } from './rank-test.js';
import { medianOf, type Sorted, sorted } from './sorted.js';
import { CONFIDENCE, isIntervalKnown, type Judgement, judge, type Side } from './verdict.js';

/** Samples of one figure, each compared with a reference: rounds of a run, or sessions of a gate. */

export interface Sample extends Side {
  readonly values: Sorted;
  readonly median: number | null;
  /** Of the resamples; null where the values cannot tell an interval. */
  readonly medians: Float64Array | null;
}

/**
 * @param values independent of each other, in any order
 * @param stream what the resamples are drawn from: another for each sample
 */
export function sampleOf(
  values: Float64Array,
  stream: number,
  whose: Omit<Side, 'count' | 'isZero'>,
): Sample {
  const ascending = sorted(values);
  const count = ascending.length;
  return {
    ...whose,
    values: ascending,
    count,
    isZero: ascending[0] === 0,
    median: medianOf(ascending),
    medians: isIntervalKnown(count) ? resampledMedians(ascending, stream) : null,
  };
}

export interface Pair {
  readonly sample: Sample;
  readonly reference: Sample;
}

export interface PairComparison extends Judgement {
  /** Of the medians. Null where either is missing or 0; its ends where too few values tell them. */
  readonly ratio: {
    readonly value: number;
    readonly low: number | null;
    readonly high: number | null;
  } | null;
  readonly p: number | null;
  /** After Holm's correction over all the pairs. */
  readonly pAdjusted: number | null;
}

/**
 * Pairs that are judged together. Two samples swapped have the inverse ratio, the same p and the
 * opposite verdict.
 * @param noise effects up to this share are the machine's; 0.05 is 5 %
 * @param noun what a value is of: `round`
 */
export function comparePairs(
  pairs: readonly Pair[],
  noise: number,
  noun: string,
): PairComparison[] {
  const tests = pairs.map(testOf);
  const adjusted = corrected(tests.map(({ p }) => p));
  // The smallest p of all at once: what the correction would leave of them in the best case.
  const smallest = corrected(tests.map((test) => test.smallestP));
  const known = tests.filter(({ p }) => p !== null).length;
  return pairs.map((pair, at) => {
    const { sample, reference } = pair;
    const interval = intervalOf(pair);
    const pAdjusted = adjusted[at] ?? null;
    return {
      ratio: ratioOf(pair, interval),
      p: tests[at]?.p ?? null,
      pAdjusted,
      ...judge({
        sides: [sample, reference],
        interval,
        pAdjusted,
        smallestP: smallest[at] ?? null,
        tests: known,
        noise,
        noun,
      }),
    };
  });
}

function testOf({ sample, reference }: Pair): { p: number | null; smallestP: number | null } {
  if (sample.count === 0 || reference.count === 0) return { p: null, smallestP: null };
  return {
    p: mannWhitney(sample.values, reference.values).p,
    smallestP: smallestP(sample.count, reference.count),
  };
}

function intervalOf({ sample, reference }: Pair): RatioInterval | null {
  if (sample.isZero || reference.isZero) return null;
  if (sample.medians === null || reference.medians === null) return null;
  return ratioInterval(sample.medians, reference.medians, CONFIDENCE);
}

function ratioOf(
  { sample, reference }: Pair,
  interval: RatioInterval | null,
): PairComparison['ratio'] {
  if (sample.median === null || reference.median === null) return null;
  if (sample.isZero || reference.isZero) return null;
  const value = sample.median / reference.median;
  return { value, low: interval?.low ?? null, high: interval?.high ?? null };
}

/** Holm's correction of those that are known. */
function corrected(ps: readonly (number | null)[]): (number | null)[] {
  const known = holm(ps.filter((p) => p !== null));
  let next = 0;
  return ps.map((p) => (p === null ? null : (known[next++] as number)));
}
