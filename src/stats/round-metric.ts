import type { RoundFigure, RoundMetric } from '../model/compare-result.js';
import type { LatencyName, RunResult, SampleStats } from '../model/run-result.js';

const KEY_OF = {
  min: 'minNs',
  mean: 'meanNs',
  p50: 'medianNs',
  p95: 'p95Ns',
  max: 'maxNs',
} as const satisfies Record<RoundFigure, keyof SampleStats>;

/**
 * One figure of every round, in nanoseconds, in the order of the rounds; those that do not have
 * it are left out.
 */
export function roundValues(rounds: RunResult['rounds'], metric: RoundMetric): Float64Array {
  const [latency, figure] = metric.split('.') as [LatencyName, RoundFigure];
  return Float64Array.from(rounds.flatMap((round) => round[latency][KEY_OF[figure]] ?? []));
}
