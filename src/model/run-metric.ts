import type { GateUnit } from './gate-result.js';
import { type CallName, callNames, type LatencyName, latencyNames } from './run-result.js';

/**
 * The figures of a whole run, by name: `register.p99`, `lock.waitMean`, `work.nodesVisited`. The one
 * table of what there is, in which unit, and which way is the better one.
 */

/** Which way a figure goes when something gets better; `neither` where it only says what was done. */
export type Better = 'smaller' | 'larger' | 'neither';

export interface MetricKind {
  readonly unit: GateUnit;
  readonly better: Better;
}

const kind = <Unit extends GateUnit>(unit: Unit, better: Better) => ({ unit, better }) as const;

const LOCK = {
  acquisitions: kind('count', 'neither'),
  contended: kind('count', 'smaller'),
  parks: kind('count', 'smaller'),
  wakes: kind('count', 'smaller'),
  waitMean: kind('ns', 'smaller'),
  waitTotal: kind('ns', 'smaller'),
  waitMax: kind('ns', 'smaller'),
} as const;

/** Those that are not of a distribution. */
const FIXED = {
  'lock.acquisitions': LOCK.acquisitions,
  'lock.contended': LOCK.contended,
  'lock.parks': LOCK.parks,
  'lock.wakes': LOCK.wakes,
  'lock.waitMean': LOCK.waitMean,
  'lock.waitTotal': LOCK.waitTotal,
  'lock.waitMax': LOCK.waitMax,
  'entryLock.acquisitions': LOCK.acquisitions,
  'entryLock.contended': LOCK.contended,
  'entryLock.parks': LOCK.parks,
  'entryLock.wakes': LOCK.wakes,
  'entryLock.waitMean': LOCK.waitMean,
  'entryLock.waitTotal': LOCK.waitTotal,
  'entryLock.waitMax': LOCK.waitMax,
  'timing.setup': kind('ns', 'smaller'),
  'timing.start': kind('ns', 'smaller'),
  'timing.run': kind('ns', 'smaller'),
  'timing.cpu': kind('ns', 'smaller'),
  'work.registrations': kind('count', 'neither'),
  'work.deregistrations': kind('count', 'neither'),
  'work.nodesVisited': kind('count', 'smaller'),
  'work.connects': kind('count', 'neither'),
  'work.disconnects': kind('count', 'neither'),
  'work.connectFailures': kind('count', 'smaller'),
  'work.optedOut': kind('count', 'neither'),
  'work.callbacksUnderLock': kind('count', 'smaller'),
  'work.warnings': kind('count', 'smaller'),
  'work.errors': kind('count', 'smaller'),
  'connectCost.asked': kind('ns', 'neither'),
  'connectCost.paid': kind('count', 'neither'),
  'connectCost.achievedMean': kind('ns', 'smaller'),
  'fairness.jain': kind('ratio', 'larger'),
  'fairness.slowestToFastest': kind('ratio', 'smaller'),
  'audit.damage': kind('count', 'smaller'),
} as const satisfies Readonly<Record<string, MetricKind>>;

export type FixedMetric = keyof typeof FIXED;
export const fixedMetrics = Object.keys(FIXED) as FixedMetric[];

export const metricLatencies: readonly (LatencyName | CallName)[] = [...latencyNames, ...callNames];
/** Above 0, below 100, in one spelling: `50`, `99.9`. */
const PERCENTILE = '(?:[1-9]\\d?|0(?=\\.))(?:\\.\\d*[1-9])?';
export const METRIC = new RegExp(
  `^(?:(${metricLatencies.join('|')})\\.(count|min|mean|max|p(${PERCENTILE}))|${fixedMetrics.join('|').replaceAll('.', '\\.')})$`,
);

/** A name that {@link METRIC} accepts. */
export type RunMetric = string;

/** What metrics there are, for messages. */
export const METRIC_NAMES = `${metricLatencies.join(', ')} with .count, .min, .mean, .max or a percentile such as .p99.9; ${fixedMetrics.join(', ')}`;

/** The latency and the figure of it that a metric means; null where it is of no latency. */
export function latencyFigure(metric: RunMetric): {
  readonly latency: LatencyName | CallName;
  readonly figure: string;
  /** Null where the figure is no percentile. */
  readonly percentile: number | null;
} | null {
  const [, latency, figure, percentile] = METRIC.exec(metric) ?? [];
  const name = metricLatencies.find((known) => known === latency);
  if (name === undefined || figure === undefined) return null;
  return {
    latency: name,
    figure,
    percentile: percentile === undefined ? null : Number(percentile),
  };
}

const LATENCY_TIME = kind('ns', 'smaller');
const LATENCY_COUNT = kind('count', 'neither');

/** @param metric a name that {@link METRIC} accepts */
export function kindOf(metric: RunMetric): MetricKind {
  const asked = latencyFigure(metric);
  if (asked === null) return FIXED[metric as FixedMetric];
  return asked.figure === 'count' ? LATENCY_COUNT : LATENCY_TIME;
}
