import type { Verdict } from '../model/compare-result.js';
import { counted, formatProbability, formatShare } from '../units.js';
import type { RatioInterval } from './bootstrap.js';
import { smallestP } from './rank-test.js';

/**
 * When a difference is called one: the rank test has to be significant, and the ratio has to lie
 * beyond what the machine's noise may do. The first alone would report effects that are real and
 * of no use; the second alone would report luck.
 */

/** The share of intervals that are to cover the true ratio. */
export const CONFIDENCE = 0.95;
/** The probability of any wrong difference among all comparisons of one result. */
export const SIGNIFICANCE = 0.01;

/** One of the two that are compared, as far as it decides whether anything can be told. */
export interface Side {
  readonly label: string;
  /** Values that it has: rounds that had the figure, for one. */
  readonly count: number;
  /** Whether one of them is 0. */
  readonly isZero: boolean;
  readonly hasFailed: boolean;
  /** Whether it was read from a trace: one histogram of all its time, without rounds. */
  readonly isTrace?: boolean;
}

export interface Evidence {
  /** The strategy and its reference. */
  readonly sides: readonly Side[];
  readonly interval: RatioInterval | null;
  readonly pAdjusted: number | null;
  /** The smallest `pAdjusted` that so many rounds could have given. */
  readonly smallestP: number | null;
  /** All tests that were corrected together. */
  readonly tests: number;
  readonly noise: number;
  /** What a value is of: `round`. */
  readonly noun: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Why, as a fragment of a sentence. */
  readonly reason: string;
}

/**
 * Whether so many values can tell an interval of the median: the lowest and the highest do not
 * cover it with the confidence where there are fewer than six.
 */
export function isIntervalKnown(count: number): boolean {
  return 2 * 0.5 ** count <= 1 - CONFIDENCE;
}

export function judge(evidence: Evidence): Judgement {
  const { interval, pAdjusted, noise } = evidence;
  const obstacle = obstacleOf(evidence);
  if (obstacle !== null || interval === null || pAdjusted === null) {
    return { verdict: 'cannot tell', reason: obstacle ?? 'there is no interval' };
  }
  const isSignificant = pAdjusted < SIGNIFICANCE;
  // One operation for both directions, so that no rounding tells them apart.
  const isSlower = interval.low > 1 + noise;
  const isFaster = interval.inverseLow > 1 + noise;
  const p = `p ${formatProbability(pAdjusted)} is${isSignificant ? '' : ' not'} below ${SIGNIFICANCE}`;
  const isClear = isSlower || isFaster;
  const clears = `the interval ${isClear ? 'clears' : 'does not clear'} the noise of ${formatShare(noise)}`;
  if (isSignificant && isClear) {
    return { verdict: isSlower ? 'slower' : 'faster', reason: `${p} and ${clears}` };
  }
  const lacking = [...(isSignificant ? [] : [p]), ...(isClear ? [] : [clears])];
  return { verdict: 'no difference shown', reason: lacking.join(' and ') };
}

/** Why no measurement of this kind could have told, or null where it could. */
function obstacleOf({ sides, tests, noun, ...evidence }: Evidence): string | null {
  const failed = sides.find(({ hasFailed }) => hasFailed);
  if (failed) return `the run of ${failed.label} failed`;
  const trace = sides.find(({ isTrace }) => isTrace);
  if (trace) return `${trace.label} is a trace without rounds; read the figures beside each other`;
  const missing = sides.find(({ count }) => count === 0);
  if (missing) return `no ${noun} of ${missing.label} has the figure`;
  const zero = sides.find(({ isZero }) => isZero);
  if (zero) return `a ${noun} of ${zero.label} has 0 ns, to which there is no ratio`;
  const canReach = evidence.smallestP !== null && evidence.smallestP < SIGNIFICANCE;
  if (canReach && sides.every(({ count }) => isIntervalKnown(count))) return null;
  const counts = sides.map(({ count }) => count).join(' and ');
  return `${counts} ${noun}s are too few for ${counted(tests, 'comparison')}; ${valuesNeeded(tests)} of each can tell`;
}

/** The fewest values of each side with which so many tests together can be significant. */
function valuesNeeded(tests: number): number {
  let count = 1;
  while (!isIntervalKnown(count) || smallestP(count, count) * tests >= SIGNIFICANCE) count++;
  return count;
}
