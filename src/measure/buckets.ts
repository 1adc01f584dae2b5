import type { Bucket, LatencySummary, Range } from '../model/run-result.js';
import { canTell } from './percentile.js';

/**
 * Distributions that are known as a histogram alone: what is asked of them is answered with the
 * range that it lies in, never with a figure that nobody measured.
 */

/** What is known of a mean: its value, or the range that it lies in. */
export type KnownMean = { readonly meanNs: number } | { readonly meanRange: Range };

/**
 * @param buckets ascending, none inside another, each with a count above 0
 * @param mean null where the buckets are all there is
 */
export function summarizeBuckets(
  buckets: readonly Bucket[],
  mean: KnownMean | null,
  percentiles: readonly number[],
): LatencySummary {
  const count = totalOf(buckets);
  const known = mean ?? { meanRange: meanOf(buckets, count) };
  return {
    count,
    minNs: null,
    meanNs: 'meanNs' in known && count > 0 ? known.meanNs : null,
    maxNs: null,
    percentiles: {},
    hdr: null,
    buckets: [...buckets],
    percentileRanges: rangesOf(buckets, count, percentiles),
    ...('meanRange' in known && count > 0 ? { meanRange: known.meanRange } : {}),
  };
}

/** The same bucketed summary with other percentiles. */
export function withPercentileRanges(
  summary: LatencySummary,
  percentiles: readonly number[],
): LatencySummary {
  const buckets = summary.buckets ?? [];
  return { ...summary, percentileRanges: rangesOf(buckets, totalOf(buckets), percentiles) };
}

/** Where the smallest and the largest sample lie; undefined where there is none. */
export function extremesOf({
  buckets = [],
}: LatencySummary): { readonly min: Range; readonly max: Range } | undefined {
  const [first, last] = [buckets[0], buckets.at(-1)];
  return first && last ? { min: rangeOf(first), max: rangeOf(last) } : undefined;
}

/** The units that bcc counts in. */
export const TRACE_UNIT_NS = { nsecs: 1, usecs: 1e3, msecs: 1e6 } as const;
export type TraceUnit = keyof typeof TRACE_UNIT_NS;

/** The unit of which all buckets are within powers of two; undefined where there is none. */
export function log2UnitOf(buckets: readonly Bucket[]): TraceUnit | undefined {
  const units = Object.keys(TRACE_UNIT_NS) as TraceUnit[];
  return units.find((unit) => slotsOf(buckets, TRACE_UNIT_NS[unit]) !== null);
}

/** Counts by power of two of a unit; null where a bucket is not within one. */
export function slotsOf(buckets: readonly Bucket[], unitNs: number): number[] | null {
  const counts: number[] = [];
  for (const { lowNs, highNs, count } of buckets) {
    const slot = highNs === null ? null : slotOf(lowNs / unitNs, (highNs + 1) / unitNs - 1);
    if (slot === null) return null;
    while (counts.length <= slot) counts.push(0);
    counts[slot] = (counts[slot] ?? 0) + count;
  }
  return counts;
}

/** The slot that has both ends, if they are whole and one has. */
function slotOf(from: number, to: number): number | null {
  if (!Number.isInteger(from) || !Number.isInteger(to)) return null;
  let slot = 1;
  while (from >= 2 ** slot) slot++;
  return to < 2 ** slot ? slot : null;
}

/** All buckets of several histograms of one thing, counted together where they are the same. */
export function addBuckets(buckets: readonly Bucket[]): Bucket[] {
  const sums = new Map<string, Bucket>();
  for (const bucket of buckets) {
    const key = `${bucket.lowNs} ${bucket.highNs}`;
    const count = (sums.get(key)?.count ?? 0) + bucket.count;
    sums.set(key, { ...bucket, count });
  }
  return [...sums.values()].sort((a, b) => a.lowNs - b.lowNs);
}

function totalOf(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { count }) => sum + count, 0);
}

function rangeOf({ lowNs, highNs }: Bucket): Range {
  return { lowNs, highNs };
}

/** As if all samples lay at the low ends of their buckets, and at the high ends. */
function meanOf(buckets: readonly Bucket[], count: number): Range {
  const sum = (of: (bucket: Bucket) => number) =>
    buckets.reduce((total, bucket) => total + of(bucket) * bucket.count, 0);
  const isOpen = buckets.some(({ highNs }) => highNs === null);
  return {
    lowNs: count === 0 ? 0 : sum(({ lowNs }) => lowNs) / count,
    highNs: isOpen || count === 0 ? null : sum(({ highNs }) => highNs ?? 0) / count,
  };
}

function rangesOf(buckets: readonly Bucket[], count: number, percentiles: readonly number[]) {
  return Object.fromEntries(
    percentiles.map((percentile) => [
      String(percentile),
      canTell(count, percentile) ? rangeAt(buckets, count, percentile) : null,
    ]),
  );
}

/** The bucket of the nearest rank. */
function rangeAt(buckets: readonly Bucket[], count: number, percentile: number): Range | null {
  // A hair less, so that a rank that is whole is not rounded up for a binary fraction.
  const rank = Math.max(1, Math.ceil((percentile / 100) * count * (1 - 1e-12)));
  let passed = 0;
  for (const bucket of buckets) {
    passed += bucket.count;
    if (passed >= rank) return rangeOf(bucket);
  }
  return null;
}
