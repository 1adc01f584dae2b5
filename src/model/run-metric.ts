import { type CallName, callNames, type LatencyName, latencyNames } from './run-result.js';

/** The figures of a whole run, by name: `register.p99`, `lock.waitMean`, `work.nodesVisited`. */

export const countMetrics = [
  'lock.acquisitions',
  'lock.contended',
  'lock.parks',
  'lock.wakes',
  'work.registrations',
  'work.nodesVisited',
  'work.connects',
  'work.connectFailures',
  'work.optedOut',
] as const;
export type CountMetric = (typeof countMetrics)[number];

export const timeMetrics = [
  'lock.waitMean',
  'lock.waitTotal',
  'lock.waitMax',
  'timing.run',
  'timing.cpu',
] as const;
export type TimeMetric = (typeof timeMetrics)[number];

const LATENCIES = [...latencyNames, ...callNames];
const FIXED = [...timeMetrics, ...countMetrics].join('|').replaceAll('.', '\\.');
/** Above 0, below 100, in one spelling: `50`, `99.9`. */
const PERCENTILE = '(?:[1-9]\\d?|0(?=\\.))(?:\\.\\d*[1-9])?';
export const METRIC = new RegExp(
  `^(?:(${LATENCIES.join('|')})\\.(min|mean|max|p(${PERCENTILE}))|${FIXED})$`,
);

/** A name that {@link METRIC} accepts. */
export type RunMetric = string;

/** What metrics there are, for messages. */
export const METRIC_NAMES = `${LATENCIES.join(', ')} with .min, .mean, .max or a percentile such as .p99.9; ${[...timeMetrics, ...countMetrics].join(', ')}`;

/** The latency and the figure of it that a metric means; null where it is of no latency. */
export function latencyFigure(metric: RunMetric): {
  readonly latency: LatencyName | CallName;
  readonly figure: string;
  /** Null where the figure is no percentile. */
  readonly percentile: number | null;
} | null {
  const [, latency, figure, percentile] = METRIC.exec(metric) ?? [];
  const name = LATENCIES.find((known) => known === latency);
  if (name === undefined || figure === undefined) return null;
  return {
    latency: name,
    figure,
    percentile: percentile === undefined ? null : Number(percentile),
  };
}

export function isCount(metric: RunMetric): metric is CountMetric {
  return countMetrics.some((name) => name === metric);
}
