import type { AnyResult } from '../model/real-result.js';
import type { LatencySummary } from '../model/run-result.js';
import { latenciesOf } from './content.js';

/** RFC 4180: one header line, then one row a latency, so that files of many runs concatenate. */

export type Field = string | number | boolean | null | undefined;

/** A row by its columns' names; one that is not known is an empty field. */
export type Row = Readonly<Record<string, Field>>;

// The line end that RFC 4180 names; csv readers take it, and some take no other.
const LINE_END = '\r\n';

function csvField(value: Field): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvLine(fields: readonly Field[]): string {
  return fields.map(csvField).join(',') + LINE_END;
}

/**
 * @param rows each with the same columns in the same order
 * @param columns their names, where there may be no row
 */
export function csvOf(rows: readonly Row[], columns = Object.keys(rows[0] ?? {})): string {
  return [columns, ...rows.map((row) => Object.values(row))].map(csvLine).join('');
}

/** What identifies a run. */
export function identityOf({
  backend,
  partial,
  plan,
  seed,
}: Pick<AnyResult, 'backend' | 'partial' | 'plan' | 'seed'>): Row {
  const strategy = plan?.strategy;
  return {
    strategy: strategy?.name,
    index: strategy?.index,
    lock: strategy?.lock,
    backend,
    vms: plan?.vms,
    burst: plan?.burst,
    irqfds: plan?.irqfds,
    rounds: plan?.rounds,
    seed,
    partial,
  };
}

/** Whether rows need columns for the ranges of percentiles that are not known exactly. */
export function hasRanges(result: AnyResult): boolean {
  return latenciesOf(result).some(([, summary]) => summary.percentileRanges !== undefined);
}

/**
 * One latency in nanoseconds.
 * @param withRanges whether to have the columns of ranges; without them the columns depend on
 *   the percentiles alone
 */
export function figuresOf(
  name: string,
  { count, minNs, meanNs, maxNs, percentiles: values, percentileRanges }: LatencySummary,
  percentiles: readonly number[],
  withRanges: boolean,
): Row {
  const ranges = percentileRanges ?? {};
  return {
    latency: name,
    count,
    min_ns: minNs,
    mean_ns: meanNs,
    max_ns: maxNs,
    ...Object.fromEntries(percentiles.map((p) => [`p${p}_ns`, values[String(p)]])),
    ...Object.fromEntries(
      (withRanges ? percentiles : []).flatMap((p) => [
        [`p${p}_low_ns`, ranges[String(p)]?.lowNs],
        [`p${p}_high_ns`, ranges[String(p)]?.highNs],
      ]),
    ),
  };
}

export function csv(result: AnyResult, percentiles: readonly number[]): string {
  return csvOf(
    latenciesOf(result).map(([name, summary]) => ({
      ...identityOf(result),
      ...figuresOf(name, summary, percentiles, hasRanges(result)),
    })),
  );
}
