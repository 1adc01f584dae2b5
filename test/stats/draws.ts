import { seeded } from '../fixtures/result.js';
import fc from '../support/properties.js';

/** Samples with known distributions, and samples that may be anything. */

/** A generator of latencies: log-normal about the median, as a queue's are. */
export function latencies(seed: number): (count: number, medianNs: number) => Float64Array {
  const random = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return (count, medianNs) =>
    Float64Array.from({ length: count }, () => medianNs * Math.exp(0.2 * normal()));
}

/** How often something is true, of so many trials. */
export function shareOf(trials: number, isTrue: (trial: number) => boolean): number {
  let count = 0;
  for (let trial = 0; trial < trials; trial++) if (isTrue(trial)) count++;
  return count / trials;
}

/** Few values of a small range, so with ties more often than not. */
export const tiedSample = (maxLength: number) =>
  fc
    .array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength })
    .map((values) => Float64Array.from(values));

/** Latencies of rounds, in whole nanoseconds. */
export const sample = (minLength: number, maxLength: number) =>
  fc
    .array(fc.integer({ min: 1, max: 1e9 }), { minLength, maxLength })
    .map((values) => Float64Array.from(values));
