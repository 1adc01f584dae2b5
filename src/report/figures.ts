import { extremesOf } from '../measure/buckets.js';
import type { LatencySummary, Range } from '../model/run-result.js';
import { formatNs } from '../units.js';

/** Figures of a latency as text: exact where they were measured, else the range they lie in. */

export const UNKNOWN = '-';

/** A figure that may be missing: nanoseconds with their unit, or `-`. */
export function nsOrUnknown(ns: number | null | undefined): string {
  return ns === null || ns === undefined ? UNKNOWN : formatNs(ns);
}

/** `262 us to 524 us`, `8.39 ms and more`. */
export function rangeText(range: Range | null | undefined): string {
  if (!range) return UNKNOWN;
  const { lowNs, highNs } = range;
  if (highNs === null) return `${formatNs(lowNs)} and more`;
  return lowNs === highNs ? formatNs(lowNs) : `${formatNs(lowNs)} to ${formatNs(highNs)}`;
}

export function percentileText(summary: LatencySummary, percentile: number): string {
  const key = String(percentile);
  const { percentileRanges: ranges, percentiles } = summary;
  return ranges ? rangeText(ranges[key]) : nsOrUnknown(percentiles[key]);
}

export function minText(summary: LatencySummary): string {
  return summary.minNs === null ? rangeText(extremesOf(summary)?.min) : formatNs(summary.minNs);
}

export function maxText(summary: LatencySummary): string {
  return summary.maxNs === null ? rangeText(extremesOf(summary)?.max) : formatNs(summary.maxNs);
}

export function meanText({ meanNs, meanRange }: LatencySummary): string {
  return meanNs === null ? rangeText(meanRange) : formatNs(meanNs);
}
