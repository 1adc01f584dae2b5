import type { LatencySummary, RunResult } from '../model/run-result.js';
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

/** @param rows at least one, each with the same columns in the same order */
export function csvOf(rows: readonly Row[]): string {
  return [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]
    .map(csvLine)
    .join('');
}

/** What identifies a run. */
export function identityOf({ backend, partial, plan, seed }: RunResult): Row {
  const { strategy } = plan;
  return {
    strategy: strategy.name,
    index: strategy.index,
    lock: strategy.lock,
    backend,
    vms: plan.vms,
    burst: plan.burst,
    irqfds: plan.irqfds,
    rounds: plan.rounds,
    seed,
    partial,
  };
}

/** One latency in nanoseconds; the columns depend on the percentiles alone. */
export function figuresOf(
  name: string,
  { count, minNs, meanNs, maxNs, percentiles: values }: LatencySummary,
  percentiles: readonly number[],
): Row {
  return {
    latency: name,
    count,
    min_ns: minNs,
    mean_ns: meanNs,
    max_ns: maxNs,
    ...Object.fromEntries(percentiles.map((p) => [`p${p}_ns`, values[String(p)]])),
  };
}

export function csv(result: RunResult, percentiles: readonly number[]): string {
  return csvOf(
    latenciesOf(result).map(([name, summary]) => ({
      ...identityOf(result),
      ...figuresOf(name, summary, percentiles),
    })),
  );
}
