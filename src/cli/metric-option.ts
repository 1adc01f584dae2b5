import { InvalidArgumentError, Option } from 'commander';
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
