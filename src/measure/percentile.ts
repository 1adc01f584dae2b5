import { formatCount } from '../units.js';

/** How many samples it takes to tell a percentile. */

/** The samples that must lie above a percentile before it is more than a guess. */
const SAMPLES_ABOVE = 5;

/** How many samples n percentile p (0–100) needs: n (1 - p) ≥ 5. Infinity for the 100th. */
export function samplesNeeded(percentile: number): number {
  // A hair less, so that 99.9, which binary fractions miss, needs 5,000 and not 5,001.
  return Math.ceil(((SAMPLES_ABOVE * 100) / (100 - percentile)) * (1 - 1e-9));
}

/** Whether so many samples can tell the percentile. */
export function canTell(count: number, percentile: number): boolean {
  return count >= samplesNeeded(percentile);
}

/** `p99.9 needs 5,000 samples`: how a refusal begins. */
export function needsSamples(percentile: number): string {
  return `p${percentile} needs ${formatCount(samplesNeeded(percentile))} samples`;
}

/** How many rounds have enough samples, where so many of them have `count`. */
export function roundsNeeded(percentile: number, count: number, rounds: number): number {
  return Math.ceil((rounds * samplesNeeded(percentile)) / count);
}
