import { latencyNames, type RunResult } from '../model/run-result.js';

/** RFC 4180: one header line, then one row a latency, so that files of many runs concatenate. */

type Field = string | number | boolean | null | undefined;

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
 * What identifies the run, then the figures in nanoseconds; a figure that is not known is an
 * empty field. The columns depend on the percentiles alone.
 */
export function csv(result: RunResult, percentiles: readonly number[]): string {
  const { backend, latency, partial, plan } = result;
  const { strategy } = plan;
  const run: Record<string, Field> = {
    strategy: strategy.name,
    index: strategy.index,
    lock: strategy.lock,
    backend,
    vms: plan.vms,
    burst: plan.burst,
    irqfds: plan.irqfds,
    rounds: plan.rounds,
    seed: result.seed,
    partial,
  };
  const figures = ['latency', 'count', 'min_ns', 'mean_ns', 'max_ns'];
  const header = [...Object.keys(run), ...figures, ...percentiles.map((p) => `p${p}_ns`)];
  const rows = latencyNames.map((name) => {
    const { count, minNs, meanNs, maxNs, percentiles: values } = latency[name];
    const known = percentiles.map((p) => values[String(p)]);
    return csvLine([...Object.values(run), name, count, minNs, meanNs, maxNs, ...known]);
  });
  return [csvLine(header), ...rows].join('');
}
