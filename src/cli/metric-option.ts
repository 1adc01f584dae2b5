import { InvalidArgumentError, Option } from 'commander';
import { usageError } from '../errors.js';
import { lacksSamples, type SampledPlan } from '../measure/sample-counts.js';
import { METRIC, METRIC_NAMES, type RunMetric } from '../model/run-metric.js';

/** `--metric`: which figures of whole runs are shown; repeatable. */
export function metricOption(initial: string): Option {
  return new Option(
    '--metric <name>',
    `show this figure of each point, such as register.p99 or lock.waitMean; repeatable (default: ${initial})`,
  ).argParser(readMetric);
}

function readMetric(text: string, before: readonly RunMetric[] = []): RunMetric[] {
  if (!METRIC.test(text)) throw new InvalidArgumentError(`Give one of ${METRIC_NAMES}.`);
  return [...new Set([...before, text])];
}

/**
 * Which points have a figure is what a sweep may be for: refused is one that none of them has.
 * @param points all of the grid, whoever does them
 * @throws IrqbenchError (2) for the first percentile that no point can have the samples for
 */
export function checkMetrics(
  metrics: readonly RunMetric[],
  points: readonly { readonly name: string; readonly plan: SampledPlan }[],
): void {
  for (const metric of metrics) {
    const lacking = points.map(({ name, plan }) => ({ name, why: lacksSamples(plan, metric) }));
    if (lacking.some(({ why }) => why === null)) continue;
    const { name, why } = lacking.at(-1) as (typeof lacking)[number];
    throw usageError(`--metric: no point can have ${metric}: ${name}: ${why}`);
  }
}
