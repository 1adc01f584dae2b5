import type { RoundFigure, RoundMetric } from '../model/compare-result.js';
import type { LatencyName, RunResult, SampleStats } from '../model/run-result.js';

const KEY_OF = {
  min: 'minNs',
  mean: 'meanNs',
  p50: 'medianNs',
  p95: 'p95Ns',
  max: 'maxNs',
} as const satisfies Record<RoundFigure, keyof SampleStats>;

/** One figure of a round, in nanoseconds; null where it does not have it. */
export function roundValue(
  round: Pick<RunResult['rounds'][number], LatencyName>,
  metric: RoundMetric,
): number | null {
  const [latency, figure] = metric.split('.') as [LatencyName, RoundFigure];
  return round[latency][KEY_OF[figure]];
}

/** The same of every round, in their order; those that do not have it are left out. */
export function roundValues(rounds: RunResult['rounds'], metric: RoundMetric): Float64Array {
  return Float64Array.from(rounds.flatMap((round) => roundValue(round, metric) ?? []));
}
