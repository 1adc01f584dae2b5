import {
  type CountMetric,
  latencyFigure,
  type RunMetric,
  type TimeMetric,
} from '../model/run-metric.js';
import { callNames, latencyNames } from '../model/run-result.js';
import type { RunSummary } from '../model/sweep-result.js';
import { withPercentiles } from './histogram.js';

/** Metrics of a whole run, taken from what is kept of it. */

const FIXED: Readonly<Record<CountMetric | TimeMetric, (run: RunSummary) => number | null>> = {
  'lock.acquisitions': ({ lock }) => lock.acquisitions,
  'lock.contended': ({ lock }) => lock.contended,
  'lock.parks': ({ lock }) => lock.parks,
  'lock.wakes': ({ lock }) => lock.wakes,
  'lock.waitMean': ({ lock }) => lock.waitMeanNs,
  'lock.waitTotal': ({ lock }) => lock.waitTotalNs,
  'lock.waitMax': ({ lock }) => lock.waitMaxNs,
  'timing.run': ({ timing }) => timing.runNs,
  'timing.cpu': ({ timing }) => timing.cpuNs,
  'work.registrations': ({ work }) => work.registrations,
  'work.nodesVisited': ({ work }) => work.nodesVisited,
  'work.connects': ({ work }) => work.connects,
  'work.connectFailures': ({ work }) => work.connectFailures,
  'work.optedOut': ({ work }) => work.optedOut,
};

/**
 * @param run with the percentiles of the metric ({@link withMetrics})
 * @returns nanoseconds or a count; null where the run has not the samples
 */
export function metricOf(run: RunSummary, metric: RunMetric): number | null {
  const asked = latencyFigure(metric);
  if (asked === null) return FIXED[metric as CountMetric | TimeMetric](run);
  const summary = run.latency[asked.latency];
  // Calls of KVM's are measured where the kernel around the manager is run.
  if (summary === undefined) return null;
  const { minNs, meanNs, maxNs, percentiles } = summary;
  switch (asked.figure) {
    case 'min':
      return minNs;
    case 'mean':
      return meanNs;
    case 'max':
      return maxNs;
    default:
      return percentiles[String(asked.percentile)] ?? null;
  }
}

/** The run with just the percentiles that the metrics name, taken anew from its histograms. */
export function withMetrics<Run extends RunSummary>(run: Run, metrics: readonly RunMetric[]): Run {
  const asked = metrics.flatMap((metric) => latencyFigure(metric) ?? []);
  const latency = { ...run.latency };
  for (const name of [...latencyNames, ...callNames]) {
    const summary = latency[name];
    if (summary === undefined) continue;
    const percentiles = asked.flatMap(({ latency: of, percentile }) =>
      of === name && percentile !== null ? [percentile] : [],
    );
    latency[name] = withPercentiles(summary, percentiles);
  }
  return { ...run, latency };
}
