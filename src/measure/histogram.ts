import * as hdr from 'hdr-histogram-js';
import type { LatencySummary } from '../model/run-result.js';

/**
 * Latency distributions as HDR histograms: what a summary is made from, and what a saved result
 * is decoded to. Three significant digits, so every value is within 0.1 % of what was measured.
 */

hdr.initWebAssemblySync();

const SIGNIFICANT_DIGITS = 3;
const HIGHEST_TRACKABLE_NS = 3600e9;
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

function build(samplesNs: Iterable<number>): hdr.Histogram {
  const histogram = hdr.build({
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
function withHistogram<T>(base64: string, use: (histogram: hdr.Histogram) => T): T {
  const histogram = hdr.decodeFromCompressedBase64(base64, 64, true);
  try {
    return use(histogram);
  } finally {
    histogram.destroy();
  }
}

function percentilesOf(
  histogram: hdr.Histogram,
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
      hdr: hdr.encodeIntoCompressedBase64(histogram),
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
 * Counts by power of two, as bcc keeps them: slot i holds the values from 2^(i-1) to 2^i - 1,
 * slot 1 also 0. Exact, because HDR's sub-buckets never straddle a power of two.
 */
export function log2Counts(summary: LatencySummary): number[] {
  if (summary.hdr === null) return [];
  // Only the JavaScript build lets its buckets be iterated.
  const histogram = hdr.decodeFromCompressedBase64(summary.hdr, 64, false) as hdr.JsHistogram;
  const counts: number[] = [];
  const buckets = histogram.recordedValuesIterator;
  buckets.reset();
  while (buckets.hasNext()) {
    const bucket = buckets.next();
    const slot = bucket.valueIteratedTo < 2 ? 1 : Math.floor(Math.log2(bucket.valueIteratedTo)) + 1;
    while (counts.length <= slot) counts.push(0);
    counts[slot] = (counts[slot] ?? 0) + bucket.countAddedInThisIterationStep;
  }
  return counts;
}

/** The histogram's own percentile distribution (`.hgrm`), for HdrHistogram plotters. */
export function percentileDistribution(summary: LatencySummary): string {
  if (summary.hdr === null) return '';
  return withHistogram(summary.hdr, (histogram) => histogram.outputPercentileDistribution());
}
