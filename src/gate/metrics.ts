import { usageError } from '../errors.js';
import {
  fixedMetrics,
  kindOf,
  METRIC,
  type MetricKind,
  metricLatencies,
  type RunMetric,
} from '../model/run-metric.js';
import { didYouMean, quote } from '../wording.js';

/** The metrics that a gate holds: figures of a whole run, by the name or the spelling of a user. */

export { type Figures, type MetricReading, readMetric } from '../measure/run-metric.js';

export interface Metric extends MetricKind {
  /** In its one spelling: `register.p99.9`. */
  readonly path: RunMetric;
}

/** What suggestions are made from, for every latency. */
const USUAL_FIGURES = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'min', 'mean', 'max', 'count'];
const USUAL_PATHS = [
  ...fixedMetrics,
  ...metricLatencies.flatMap((latency) => USUAL_FIGURES.map((figure) => `${latency}.${figure}`)),
];

/**
 * @param text `register.p99`, `register.p(99.9)`, or where the figure stands in a JSON result:
 *   `latency.register.minNs`, `lock.waitTotalNs`
 * @throws IrqbenchError (2) with what was probably meant
 */
export function metricOf(text: string): Metric {
  const metric = findMetric(text);
  if (metric === null) throw usageError(unknownMetric(text));
  return metric;
}

/** The same; null where there is none. */
export function findMetric(text: string): Metric | null {
  const path = canonical(text);
  return METRIC.test(path) ? { path, ...kindOf(path) } : null;
}

/** Why {@link findMetric} finds none, with what was probably meant. */
export function unknownMetric(text: string): string {
  const path = canonical(text);
  const [, latency, figure = ''] = /^([^.]*)\.(.*)$/s.exec(path) ?? [];
  const isLatency = metricLatencies.some((name) => name === latency);
  if (isLatency && /^p[\d.]+$/.test(figure)) {
    return `${quote(text)} is no metric: percentiles are above 0 and below 100, and ${latency}.max is the largest`;
  }
  // The figure as it was given, so that a mistake in the latency alone keeps it.
  const own = metricLatencies
    .map((name) => `${name}.${figure}`)
    .filter((candidate) => METRIC.test(candidate));
  const hint = didYouMean(path, [...own, ...USUAL_PATHS]);
  return `${quote(text)} is no metric${hint}; see irqbench list metrics`;
}

function canonical(text: string): string {
  const path = text.replace(/^latency\./, '').replace(/Ns$/, '');
  const [, latency, percentile] = /^(\w+)\.p\(([\d.]{1,20})\)$/.exec(path) ?? [];
  return percentile === undefined ? path : `${latency}.p${Number(percentile)}`;
}
