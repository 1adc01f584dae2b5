import { hash32 } from '../sync/random.js';
import type { Sorted } from './sorted.js';

/**
 * How sure a ratio of two medians is: both samples are drawn anew from themselves many times over,
 * and the middle of the ratios that this gives is the interval.
 * Source: B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Ann. Stat. 7(1) (1979);
 * the percentile interval and its ranks after A. C. Davison, D. V. Hinkley, "Bootstrap Methods and
 * their Application" (1997), section 5.3.1.
 */

/** One less than a round number, so that the ranks of usual intervals are whole numbers. */
const RESAMPLES = 9999;

export interface RatioInterval {
  readonly low: number;
  readonly high: number;
  /**
   * The low end of the interval of the inverse ratio, which is 1 / `high` but for rounding: with
   * it both directions can be judged by the same operation.
   */
  readonly inverseLow: number;
}

/** A stream of random numbers for each text, so that it does not matter who is drawn for first. */
export function streamOf(seed: number, text: string): number {
  let stream = hash32(seed, text.length, 0);
  for (let i = 0; i < text.length; i++) stream = hash32(stream, text.charCodeAt(i), i);
  return stream;
}

/**
 * The median of each resample, in the order in which they were drawn.
 * @param values not empty
 * @param stream equal streams give equal resamples, so samples that are compared need two
 */
export function resampledMedians(values: Sorted, stream: number): Float64Array {
  const { length } = values;
  const medians = new Float64Array(RESAMPLES);
  const drawn = new Uint32Array(length);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    drawn.fill(0);
    for (let i = 0; i < length; i++) {
      const at = Math.floor((hash32(stream, resample, i) / 2 ** 32) * length);
      drawn[at] = (drawn[at] as number) + 1;
    }
    medians[resample] = medianOfDrawn(values, drawn);
  }
  return medians;
}

/** @param drawn how often each value was drawn; as often as there are values in all */
function medianOfDrawn(values: Sorted, drawn: Uint32Array): number {
  const { length } = values;
  let at = 0;
  let passed = drawn[0] as number;
  // The value of the rank that ends the lower half, then of the one that begins the upper half.
  while (passed <= (length - 1) >> 1) passed += drawn[++at] as number;
  const lower = values[at] as number;
  while (passed <= length >> 1) passed += drawn[++at] as number;
  return (lower + (values[at] as number)) / 2;
}

/**
 * The interval of the ratio of two medians. With the two swapped it is its own inverse.
 * @param medians of the resamples of each sample, all above 0
 * @param confidence the share of intervals that are to cover the true ratio
 */
export function ratioInterval(
  medians: Float64Array,
  referenceMedians: Float64Array,
  confidence: number,
): RatioInterval {
  const ratios = ascendingRatios(medians, referenceMedians);
  const inverse = ascendingRatios(referenceMedians, medians);
  // The same number of ratios lies outside on either side.
  const outside = Math.max(0, Math.round(((ratios.length + 1) * (1 - confidence)) / 2) - 1);
  return {
    low: ratios[outside] as number,
    high: ratios[ratios.length - 1 - outside] as number,
    inverseLow: inverse[outside] as number,
  };
}

function ascendingRatios(above: Float64Array, below: Float64Array): Float64Array {
  return above.map((value, resample) => value / (below[resample] as number)).sort();
}
