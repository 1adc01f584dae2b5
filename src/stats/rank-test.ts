import { upperTail } from './normal.js';

/**
 * Whether one sample tends to lie above another, by ranks alone: no assumption on the shape of
 * latencies, and no weight for how far an outlier lies out.
 * Source: H. B. Mann, D. R. Whitney, "On a Test of Whether one of Two Random Variables is
 * Stochastically Larger than the Other", Ann. Math. Stat. 18(1) (1947).
 */
export interface RankTest {
  /** Pairs in which the first sample's value is the larger one; a tie counts a half. */
  readonly u: number;
  /** Two-sided: twice the smaller tail, at most 1. */
  readonly p: number;
  /** Whether p is of the exact distribution, or of the normal approximation. */
  readonly isExact: boolean;
}

/** The exact distribution is counted out up to this size: 25 values in each sample. */
const EXACT_UP_TO = 25 * 50;

/**
 * The exact distribution for small samples, ties and all; else the normal approximation with the
 * corrections for ties and continuity. The samples swapped give the very same p.
 * @throws RangeError where a sample is empty
 */
export function mannWhitney(a: Float64Array, b: Float64Array): RankTest {
  if (a.length === 0 || b.length === 0) throw new RangeError('a rank test of an empty sample');
  const ranking = rank(a, b);
  const isExact = Math.min(a.length, b.length) * (a.length + b.length) <= EXACT_UP_TO;
  return {
    u: (ranking.doubledSum - a.length * (a.length + 1)) / 2,
    p: isExact ? exactP(ranking) : normalP(ranking),
    isExact,
  };
}

/** The smallest p that samples of these sizes can give, whatever is in them. */
export function smallestP(n: number, m: number): number {
  let splits = 1;
  for (let i = 1; i <= Math.min(n, m); i++) splits *= (Math.max(n, m) + i) / i;
  return Math.min(1, 2 / splits);
}

/** Ranks are doubled, so that the mean rank of a tie is a whole number too. */
export interface Ranking {
  readonly n: number;
  readonly m: number;
  /** Of both samples together, ascending. */
  readonly doubledRanks: readonly number[];
  /** Of the first sample. */
  readonly doubledSum: number;
  /** How many values share each rank. */
  readonly ties: readonly number[];
}

export function rank(a: Float64Array, b: Float64Array): Ranking {
  const all = [
    ...Array.from(a, (value) => ({ value, isFirst: true })),
    ...Array.from(b, (value) => ({ value, isFirst: false })),
  ].sort((one, other) => one.value - other.value);
  const doubledRanks: number[] = [];
  const ties: number[] = [];
  let doubledSum = 0;
  for (let start = 0; start < all.length; ) {
    let end = start + 1;
    while (end < all.length && all[end]?.value === all[start]?.value) end++;
    // The mean of the ranks start + 1 … end, twice.
    const doubled = start + 1 + end;
    for (let i = start; i < end; i++) {
      doubledRanks.push(doubled);
      if (all[i]?.isFirst) doubledSum += doubled;
    }
    ties.push(end - start);
    start = end;
  }
  return { n: a.length, m: b.length, doubledRanks, doubledSum, ties };
}

/**
 * Counts in how many ways the ranks could have been dealt out, by the sum that the smaller sample
 * gets. The ranks may be tied: the distribution is the one given the ties.
 * Source: B. Streitberg, J. Röhmel, "Exact Distributions for Permutation and Rank Tests", Stat.
 * Softw. Newsl. 12(1) (1986), the shift algorithm.
 */
export function exactP({ n, m, doubledRanks, doubledSum }: Ranking): number {
  const total = doubledRanks.reduce((sum, doubled) => sum + doubled, 0);
  const size = Math.min(n, m);
  // Of equal samples the one with the lower ranks, so that swapping them changes no operation.
  const isFirst = n === m ? doubledSum <= total - doubledSum : n < m;
  const observed = isFirst ? doubledSum : total - doubledSum;
  const ways = waysBySum(doubledRanks, size);
  let below = 0;
  let above = 0;
  let all = 0;
  for (const [sum, count] of ways.entries()) {
    all += count;
    if (sum <= observed) below += count;
    if (sum >= observed) above += count;
  }
  return Math.min(1, (2 * Math.min(below, above)) / all);
}

/** How many subsets of the size have each sum. */
function waysBySum(values: readonly number[], size: number): Float64Array {
  const largest = values.slice(values.length - size).reduce((sum, value) => sum + value, 0);
  const width = largest + 1;
  // One row for each size of subset; doubles hold the counts exactly up to 2^53.
  const ways = new Float64Array((size + 1) * width);
  ways[0] = 1;
  for (const value of values) {
    for (let taken = size; taken >= 1; taken--) {
      const row = taken * width;
      const without = row - width - value;
      for (let sum = value; sum < width; sum++) {
        ways[row + sum] = (ways[row + sum] as number) + (ways[without + sum] as number);
      }
    }
  }
  return ways.subarray(size * width);
}

/**
 * For large samples.
 * Source: the variance under ties of E. L. Lehmann, "Nonparametrics: Statistical Methods Based on
 * Ranks" (1975), section 1.4.
 */
export function normalP({ n, m, doubledSum, ties }: Ranking): number {
  const all = n + m;
  const tied = ties.reduce((sum, count) => sum + (count ** 3 - count), 0);
  const variance = ((n * m) / 12) * (all + 1 - tied / (all * (all - 1)));
  if (variance <= 0) return 1;
  const distance = Math.abs((doubledSum - n * (all + 1)) / 2);
  const p = 2 * upperTail(Math.max(0, distance - 0.5) / Math.sqrt(variance));
  // Many ties in one sample narrow the curve to less than any dealing of the ranks could give.
  return Math.min(1, Math.max(p, smallestP(n, m)));
}
