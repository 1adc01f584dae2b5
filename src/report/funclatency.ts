import { log2UnitOf, slotsOf, TRACE_UNIT_NS, type TraceUnit } from '../measure/buckets.js';
import { log2Counts } from '../measure/histogram.js';
import type { Bucket, LatencySummary } from '../model/run-result.js';

/**
 * The histogram in the very layout of bcc's `funclatency` (bcc, `src/python/bcc/table.py`,
 * `_print_log2_hist`), so that it can stand beside one that was taken on a real kernel, and what
 * reads the one reads the other.
 */

/** From this slot on bcc needs ten digits more for the bounds, and halves the bars for it. */
const FIRST_WIDE_SLOT = 33;
const NARROW = { indent: 5, titleWidth: 19, boundWidth: 10, barWidth: 40 };
const WIDE = { indent: 15, titleWidth: 29, boundWidth: 20, barWidth: 20 };

interface Row {
  readonly low: string;
  readonly high: string;
  readonly count: number;
}

/**
 * Header and bars of a histogram by power of two.
 * @param counts by slot: slot i holds the values from 2^(i-1) to 2^i - 1, slot 1 also 0
 * @returns the lines; none where nothing was counted
 */
export function log2HistogramLines(counts: readonly number[], unit: TraceUnit = 'nsecs'): string[] {
  const last = counts.findLastIndex((count) => count > 0);
  if (last < 1) return [];
  const rows = Array.from({ length: last }, (_, at) => ({
    low: low(at + 1),
    high: high(at + 1),
    count: counts[at + 1] ?? 0,
  }));
  return histogramLines(rows, unit, last >= FIRST_WIDE_SLOT);
}

function histogramLines(rows: readonly Row[], unit: TraceUnit, isWide: boolean): string[] {
  const largest = rows.reduce((most, { count }) => Math.max(most, count), 0);
  const { indent, titleWidth, boundWidth, barWidth } = isWide ? WIDE : NARROW;
  return [
    `${' '.repeat(indent)}${unit.padEnd(titleWidth)} : count     distribution`,
    ...rows.map(({ low, high, count }) => {
      const bounds = `${low.padStart(boundWidth)} -> ${high.padEnd(boundWidth)}`;
      const bar = '*'.repeat(Math.floor((barWidth * count) / largest)).padEnd(barWidth);
      return `${bounds} : ${String(count).padEnd(8)} |${bar}|`;
    }),
  ];
}

// The bounds of the highest slots are more than a double holds exactly.
function low(slot: number): string {
  return slot === 1 ? '0' : String(2n ** BigInt(slot - 1));
}

function high(slot: number): string {
  return String(2n ** BigInt(slot) - 1n);
}

/**
 * What `funclatency` prints of one function: histogram, blank line, average, total and count.
 * bcc prints nothing where there was no call; here that is the one line `count: 0`, because an
 * empty file looks like a failure.
 * @returns text that ends in one newline
 */
export function funclatency(summary: LatencySummary): string {
  const { count, meanNs } = summary;
  if (count === 0) return 'count: 0\n';
  if (summary.buckets) return bucketed(summary, summary.buckets);
  if (meanNs === null) return `count: ${count}\n`;
  const lines = log2HistogramLines(log2Counts(summary));
  return `${[...lines, '', totalsLine(meanNs, count, 'nsecs')].join('\n')}\n`;
}

function totalsLine(mean: number, count: number, unit: TraceUnit): string {
  const total = BigInt(Math.round(mean * count));
  return `avg = ${Math.floor(mean)} ${unit}, total: ${total} ${unit}, count: ${count}`;
}

/** One that was imported, in its own unit; rows that are no powers of two stay as they are. */
function bucketed(summary: LatencySummary, buckets: readonly Bucket[]): string {
  const unit = log2UnitOf(buckets);
  const { count, meanNs, meanRange } = summary;
  const lines =
    unit === undefined
      ? histogramLines(buckets.map(rowOf), 'nsecs', true)
      : log2HistogramLines(slotsOf(buckets, TRACE_UNIT_NS[unit]) ?? [], unit);
  const used = unit ?? 'nsecs';
  const knownNs =
    meanNs ?? (isWithinUnit(meanRange, TRACE_UNIT_NS[used]) ? meanRange?.lowNs : undefined);
  const totals =
    knownNs === undefined
      ? `count: ${count}`
      : totalsLine(knownNs / TRACE_UNIT_NS[used], count, used);
  return `${[...lines, '', totals].join('\n')}\n`;
}

/** Whether a mean is as exact as whole units of the samples can tell it. */
function isWithinUnit(range: LatencySummary['meanRange'], unitNs: number): boolean {
  return (
    range?.highNs !== undefined && range.highNs !== null && range.highNs - range.lowNs < unitNs
  );
}

function rowOf({ lowNs, highNs, count }: Bucket): Row {
  return { low: String(lowNs), high: highNs === null ? '...' : String(highNs), count };
}
