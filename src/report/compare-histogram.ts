import { log2UnitOf, TRACE_UNIT_NS } from '../measure/buckets.js';
import { countsWithin } from '../measure/histogram.js';
import type { CompareResult } from '../model/compare-result.js';
import type { Bucket, Range } from '../model/run-result.js';
import { oneLine, type Table, UNKNOWN } from './content.js';
import { rangeText } from './figures.js';

/**
 * A trace of a real host beside the strategies: which share of the registrations took how long,
 * by the rows of the trace's own histogram. A trace has no rounds to test, so this is what can be
 * compared.
 */

/** @returns null where no run was read from a histogram */
export function histogramTable({ runs }: CompareResult): Table | null {
  const traced = runs.find(({ result }) => (result.latency.register.buckets ?? []).length > 1);
  const buckets = traced?.result.latency.register.buckets;
  if (buckets === undefined) return null;
  const ranges = rowsOf(buckets);
  const columns = runs.map(({ result: { latency } }) => {
    const counts = countsWithin(latency.register, ranges);
    return counts?.map((count) => shareText(count, latency.register.count)) ?? null;
  });
  const isCounted = (row: number) => columns.some((shares) => (shares?.[row] ?? '') !== '');
  const [first, last] = [
    ranges.findIndex((_, row) => isCounted(row)),
    ranges.findLastIndex((_, row) => isCounted(row)),
  ];
  const rows = ranges.flatMap((range, row) =>
    row < first || row > last
      ? []
      : [
          [
            rangeText(range),
            ...columns.map((shares) => (shares === null ? UNKNOWN : (shares[row] ?? ''))),
          ],
        ],
  );
  return { head: ['register took', ...runs.map(({ label }) => oneLine(label))], rows };
}

/** `31.2 %`; empty for none, so that a column shows where it begins. */
function shareText(count: number, of: number): string {
  return count === 0 ? '' : `${((count / of) * 100).toFixed(1)} %`;
}

/** Rows that hold every latency: the powers of two of the trace's unit, or its own and the gaps. */
function rowsOf(buckets: readonly Bucket[]): Range[] {
  const unit = log2UnitOf(buckets);
  return unit === undefined ? withGaps(buckets) : powersOfTwo(TRACE_UNIT_NS[unit]);
}

const HIGHEST_NS = 2 ** 50;

function powersOfTwo(unitNs: number): Range[] {
  const rows: Range[] = [{ lowNs: 0, highNs: 2 * unitNs - 1 }];
  for (let low = 2 * unitNs; low < HIGHEST_NS; low *= 2) {
    rows.push({ lowNs: low, highNs: 2 * low - 1 });
  }
  return rows;
}

function withGaps(buckets: readonly Bucket[]): Range[] {
  const rows: Range[] = [];
  let next: number | null = 0;
  for (const { lowNs, highNs } of buckets) {
    if (next !== null && next < lowNs) rows.push({ lowNs: next, highNs: lowNs - 1 });
    rows.push({ lowNs, highNs });
    next = highNs === null ? null : highNs + 1;
  }
  return next === null ? rows : [...rows, { lowNs: next, highNs: null }];
}
