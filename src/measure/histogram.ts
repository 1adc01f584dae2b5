import { createRequire } from 'node:module';
import type * as Hdr from 'hdr-histogram-js';
import { messageOf, usageError } from '../errors.js';
import type { LatencySummary, Range } from '../model/run-result.js';
import { withPercentileRanges } from './buckets.js';
import { canTell } from './percentile.js';

export { canTell, samplesNeeded } from './percentile.js';

/**
 * Latency distributions as HDR histograms: what a summary is made from, and what a saved result
 * is decoded to. Three significant digits, so every value is within 0.1 % of what was measured.
 */

const SIGNIFICANT_DIGITS = 3;
const HIGHEST_TRACKABLE_NS = 3600e9;

let loaded: typeof Hdr | undefined;

/** The library and its WebAssembly, from the first histogram on: they take 0.1 s to load. */
function hdr(): typeof Hdr {
  if (loaded === undefined) {
    loaded = createRequire(import.meta.url)('hdr-histogram-js') as typeof Hdr;
    loaded.initWebAssemblySync();
  }
  return loaded;
}

function build(samplesNs: Iterable<number>): Hdr.Histogram {
  const histogram = hdr().build({
    useWebAssembly: true,
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_TRACKABLE_NS,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
  });
  for (const sample of samplesNs) {
    histogram.recordValue(Math.min(Math.round(sample), HIGHEST_TRACKABLE_NS));
  }
  return histogram;
}

/** Decodes a summary's histogram for the time of `use` and frees it afterwards. */
function withHistogram<T>(base64: string, use: (histogram: Hdr.Histogram) => T): T {
  const histogram = hdr().decodeFromCompressedBase64(base64, 64, true);
  try {
    return use(histogram);
  } finally {
    histogram.destroy();
  }
}

function percentilesOf(
  histogram: Hdr.Histogram,
  percentiles: readonly number[],
  minNs: number,
  maxNs: number,
): Record<string, number | null> {
  const values: Record<string, number | null> = {};
  for (const percentile of percentiles) {
    // A bucket's upper edge can lie past the largest sample; the sample is what was measured.
    values[String(percentile)] = canTell(histogram.totalCount, percentile)
      ? Math.min(maxNs, Math.max(minNs, histogram.getValueAtPercentile(percentile)))
      : null;
  }
  return values;
}

/** Summarises raw samples in nanoseconds; minimum, mean and maximum are exact. */
export function summarize(samplesNs: Float64Array, percentiles: readonly number[]): LatencySummary {
  if (samplesNs.length === 0) {
    const unknown = Object.fromEntries(percentiles.map((p) => [String(p), null]));
    return { count: 0, minNs: null, meanNs: null, maxNs: null, percentiles: unknown, hdr: null };
  }
  let minNs = Infinity;
  let maxNs = 0;
  let total = 0;
  for (const sample of samplesNs) {
    if (sample < minNs) minNs = sample;
    if (sample > maxNs) maxNs = sample;
    total += sample;
  }
  const histogram = build(samplesNs);
  try {
    return {
      count: samplesNs.length,
      minNs,
      meanNs: total / samplesNs.length,
      maxNs,
      percentiles: percentilesOf(histogram, percentiles, minNs, maxNs),
      hdr: hdr().encodeIntoCompressedBase64(histogram),
    };
  } finally {
    histogram.destroy();
  }
}

/** The same summary with other percentiles, taken from its histogram. */
export function withPercentiles(
  summary: LatencySummary,
  percentiles: readonly number[],
): LatencySummary {
  if (summary.buckets) return withPercentileRanges(summary, percentiles);
  const { hdr: base64, minNs, maxNs } = summary;
  if (base64 === null || minNs === null || maxNs === null) {
    return {
      ...summary,
      percentiles: Object.fromEntries(percentiles.map((p) => [String(p), null])),
    };
  }
  return withHistogram(base64, (histogram) => ({
    ...summary,
    percentiles: percentilesOf(histogram, percentiles, minNs, maxNs),
  }));
}

/**
 * The same of a saved summary, whose histogram may be damaged.
 * @param where the histogram stands in the file, for the error
 * @throws IrqbenchError (2) where it cannot be decoded
 */
export function takenAnew(
  summary: LatencySummary,
  percentiles: readonly number[],
  where: string,
): LatencySummary {
  try {
    return withPercentiles(summary, percentiles);
  } catch (error) {
    throw usageError(
      `${where}: not an HDR histogram (${messageOf(error)}); the saved result is damaged, measure again`,
      error,
    );
  }
}

/**
 * Counts by power of two, as bcc keeps them: slot i holds the values from 2^(i-1) to 2^i - 1,
 * slot 1 also 0. Exact, because HDR's sub-buckets never straddle a power of two.
 */
export function log2Counts(summary: LatencySummary): number[] {
  const counts: number[] = [];
  for (const { valueNs, count } of recordedValues(summary)) {
    const slot = valueNs < 2 ? 1 : Math.floor(Math.log2(valueNs)) + 1;
    while (counts.length <= slot) counts.push(0);
    counts[slot] = (counts[slot] ?? 0) + count;
  }
  return counts;
}

/**
 * How many samples lie in each range, to HDR's 0.1 % of its ends, or exactly where these are
 * powers of two; null where a bucket of an imported histogram is in none of them.
 */
export function countsWithin(summary: LatencySummary, ranges: readonly Range[]): number[] | null {
  const counts = ranges.map(() => 0);
  const values = summary.buckets
    ? summary.buckets.map(({ lowNs, highNs, count }) => ({ fromNs: lowNs, toNs: highNs, count }))
    : recordedValues(summary).map(({ valueNs, count }) => ({
        fromNs: valueNs,
        toNs: valueNs,
        count,
      }));
  for (const { fromNs, toNs, count } of values) {
    const at = ranges.findIndex(
      ({ lowNs, highNs }) =>
        fromNs >= lowNs && (highNs === null || (toNs !== null && toNs <= highNs)),
    );
    if (at === -1) return null;
    counts[at] = (counts[at] ?? 0) + count;
  }
  return counts;
}

/** Every value that was recorded, at HDR's precision, ascending. */
function recordedValues({ hdr: base64 }: LatencySummary): { valueNs: number; count: number }[] {
  if (base64 === null) return [];
  // Only the JavaScript build lets its buckets be iterated.
  const histogram = hdr().decodeFromCompressedBase64(base64, 64, false) as Hdr.JsHistogram;
  const values: { valueNs: number; count: number }[] = [];
  const buckets = histogram.recordedValuesIterator;
  buckets.reset();
  while (buckets.hasNext()) {
    const bucket = buckets.next();
    values.push({
      valueNs: bucket.valueIteratedTo,
      count: bucket.countAddedInThisIterationStep,
    });
  }
  return values;
}

/** The histogram's own percentile distribution (`.hgrm`), for HdrHistogram plotters. */
export function percentileDistribution(summary: LatencySummary): string {
  if (summary.hdr === null) {
    return hdr().build({ useWebAssembly: false }).outputPercentileDistribution();
  }
  return withHistogram(summary.hdr, (histogram) => histogram.outputPercentileDistribution());
}
