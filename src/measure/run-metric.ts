import type { AnyResult } from '../model/real-result.js';
import {
  type FixedMetric,
  latencyFigure,
  metricLatencies,
  type RunMetric,
} from '../model/run-metric.js';
import type { LatencySummary, Range } from '../model/run-result.js';
import type { RunSummary } from '../model/sweep-result.js';
import { formatCount } from '../units.js';
import { extremesOf } from './buckets.js';
import { takenAnew } from './histogram.js';
import { canTell, needsSamples } from './percentile.js';

/** Metrics of a whole run, taken from what is kept of it. */

/** What metrics are read from: a whole result, or what a sweep keeps of one. */
export type Figures = Pick<
  AnyResult,
  'latency' | 'lock' | 'entryLock' | 'timing' | 'work' | 'connectCost' | 'fairness' | 'audit'
>;

/** What is known of a metric: its value, the range that it lies in, or why neither is. */
export type MetricReading =
  | { readonly value: number; readonly range: null; readonly reason: null }
  | { readonly value: null; readonly range: Range; readonly reason: string }
  | { readonly value: null; readonly range: null; readonly reason: string };

/** Undefined where the run has no such section, null where the section does not know. */
const FIXED: Readonly<Record<FixedMetric, (run: Figures) => number | null | undefined>> = {
  'lock.acquisitions': ({ lock }) => lock?.acquisitions,
  'lock.contended': ({ lock }) => lock?.contended,
  'lock.parks': ({ lock }) => lock?.parks,
  'lock.wakes': ({ lock }) => lock?.wakes,
  'lock.waitMean': ({ lock }) => lock?.waitMeanNs,
  'lock.waitTotal': ({ lock }) => lock?.waitTotalNs,
  'lock.waitMax': ({ lock }) => lock?.waitMaxNs,
  'entryLock.acquisitions': ({ entryLock }) => entryLock?.acquisitions,
  'entryLock.contended': ({ entryLock }) => entryLock?.contended,
  'entryLock.parks': ({ entryLock }) => entryLock?.parks,
  'entryLock.wakes': ({ entryLock }) => entryLock?.wakes,
  'entryLock.waitMean': ({ entryLock }) => entryLock?.waitMeanNs,
  'entryLock.waitTotal': ({ entryLock }) => entryLock?.waitTotalNs,
  'entryLock.waitMax': ({ entryLock }) => entryLock?.waitMaxNs,
  'timing.setup': ({ timing }) => timing?.setupNs,
  'timing.start': ({ timing }) => timing?.startNs,
  'timing.run': ({ timing }) => timing?.runNs,
  'timing.cpu': ({ timing }) => timing?.cpuNs,
  'work.registrations': ({ work }) => work?.registrations,
  'work.deregistrations': ({ work }) => work?.deregistrations,
  'work.nodesVisited': ({ work }) => work?.nodesVisited,
  'work.connects': ({ work }) => work?.connects,
  'work.disconnects': ({ work }) => work?.disconnects,
  'work.connectFailures': ({ work }) => work?.connectFailures,
  'work.optedOut': ({ work }) => work?.optedOut,
  'work.callbacksUnderLock': ({ work }) => work?.callbacksUnderLock,
  'work.warnings': ({ work }) => work?.warnings,
  'work.errors': ({ work }) =>
    work && Object.values(work.errors).reduce((sum, count) => sum + count, 0),
  'connectCost.asked': ({ connectCost }) => connectCost?.askedNs,
  'connectCost.paid': ({ connectCost }) => connectCost?.paid,
  'connectCost.achievedMean': ({ connectCost }) => connectCost?.achievedMeanNs,
  'fairness.jain': ({ fairness }) => fairness.jain,
  'fairness.slowestToFastest': ({ fairness }) => fairness.slowestToFastest,
  'audit.damage': ({ audit }) => audit?.damage,
};

/**
 * @param run with the percentiles of the metric ({@link withMetrics})
 * @returns nanoseconds, a count or a ratio; null where the run has not the samples
 */
export function metricOf(run: RunSummary, metric: RunMetric): number | null {
  const asked = latencyFigure(metric);
  if (asked === null) return FIXED[metric as FixedMetric](run) ?? null;
  const summary = run.latency[asked.latency];
  // Calls of KVM's are measured where the kernel around the manager is run.
  return summary === undefined ? null : figureOf(summary, asked);
}

/** @param summary with the percentile that is asked for */
function figureOf(
  { count, minNs, meanNs, maxNs, percentiles }: LatencySummary,
  { figure, percentile }: Pick<Asked, 'figure' | 'percentile'>,
): number | null {
  switch (figure) {
    case 'count':
      return count;
    case 'min':
      return minNs;
    case 'mean':
      return meanNs;
    case 'max':
      return maxNs;
    default:
      return percentiles[String(percentile)] ?? null;
  }
}

type Asked = NonNullable<ReturnType<typeof latencyFigure>>;

/**
 * The run with just the percentiles that the metrics name, taken anew from its histograms.
 * @param where the run stands in its file, for the error
 * @throws IrqbenchError (2) where a saved histogram cannot be decoded
 */
export function withMetrics<Run extends RunSummary>(
  run: Run,
  metrics: readonly RunMetric[],
  where: string,
): Run {
  const asked = metrics.flatMap((metric) => latencyFigure(metric) ?? []);
  const latency = { ...run.latency };
  for (const name of metricLatencies) {
    const summary = latency[name];
    if (summary === undefined) continue;
    const percentiles = asked.flatMap(({ latency: of, percentile }) =>
      of === name && percentile !== null ? [percentile] : [],
    );
    latency[name] = takenAnew(summary, percentiles, `${where}.latency.${name}.hdr`);
  }
  return { ...run, latency };
}

/**
 * What a result says of a metric, whatever percentiles were saved with it.
 * @param metric a name that `METRIC` accepts
 * @throws IrqbenchError (2) where a saved histogram cannot be decoded
 */
export function readMetric(run: Figures, metric: RunMetric): MetricReading {
  const asked = latencyFigure(metric);
  if (asked !== null) return readLatency(run, asked);
  const value = FIXED[metric as FixedMetric](run);
  if (value !== null && value !== undefined) return known(value);
  const [section = ''] = metric.split('.');
  return unknown(
    (value === null ? NO_SAMPLE[metric] : NO_SECTION[section]) ?? 'the result has none',
  );
}

const known = (value: number): MetricReading => ({ value, range: null, reason: null });
const unknown = (reason: string): MetricReading => ({ value: null, range: null, reason });

const NO_SECTION: Readonly<Record<string, string>> = {
  lock: 'nothing is known of the lock',
  entryLock: 'there are no locks of entries, or nothing is known of them',
  timing: 'the run was timed elsewhere',
  work: 'a real kernel does not count it',
  connectCost: 'a real kernel does not count it',
  audit: 'a real kernel is not audited',
};

const NOBODY_WAITED = 'nobody waited, so there is no mean; waitTotal and waitMax are 0 then';

/** Why a section that is there does not know: mostly a mean, or a ratio, of nothing. */
const NO_SAMPLE: Readonly<Record<string, string>> = {
  'lock.waitMean': NOBODY_WAITED,
  'entryLock.waitMean': NOBODY_WAITED,
  'connectCost.achievedMean': 'no connect had a cost to pay',
  'fairness.jain': 'no VM has a sample',
  'fairness.slowestToFastest': 'no VM has a sample, or the fastest took no time',
  'lock.acquisitions': 'from outside only waiting is seen',
  'lock.parks': 'from outside only waiting is seen',
  'lock.wakes': 'from outside only waiting is seen',
  'lock.waitMax': 'the trace does not tell',
};

function readLatency({ latency }: Figures, asked: Asked): MetricReading {
  const summary = latency[asked.latency];
  if (summary === undefined) {
    return unknown(`the run has no phase ${asked.latency} (--phases kernel)`);
  }
  const { count } = summary;
  if (asked.figure === 'count') return known(count);
  if (count === 0) return unknown('there is no sample');
  const { percentile } = asked;
  if (percentile !== null && !canTell(count, percentile)) {
    return unknown(`${needsSamples(percentile)}, there are ${formatCount(count)}`);
  }
  const shown =
    percentile === null
      ? summary
      : takenAnew(summary, [percentile], `latency.${asked.latency}.hdr`);
  const value = figureOf(shown, asked);
  if (value !== null) return known(value);
  const range = rangeOf(shown, asked);
  return range
    ? { value: null, range, reason: 'a histogram tells it as a range alone' }
    : unknown('the result does not tell');
}

/** Where the figure of a bucketed summary lies. */
function rangeOf(summary: LatencySummary, { figure, percentile }: Asked): Range | null | undefined {
  switch (figure) {
    case 'min':
      return extremesOf(summary)?.min;
    case 'mean':
      return summary.meanRange;
    case 'max':
      return extremesOf(summary)?.max;
    default:
      return summary.percentileRanges?.[String(percentile)];
  }
}
