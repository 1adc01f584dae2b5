import type { RoundMetric } from '../model/compare-result.js';
import { latencyFigure, type RunMetric } from '../model/run-metric.js';
import type { RunPlan } from '../model/run-plan.js';
import type { CallName, LatencyName } from '../model/run-result.js';
import { formatCount } from '../units.js';
import { canTell, needsSamples, roundsNeeded, samplesNeeded } from './percentile.js';
import { samplesARound } from './recorder.js';
import { ROUND_PERCENTILE } from './series.js';

/**
 * Percentiles that no run of a plan can tell, known before it runs: how many samples there are at
 * the most is the plan's, and what becomes of a run only takes some away.
 */

export type SampledPlan = Pick<RunPlan, 'rounds' | 'burst' | 'irqfds'>;

/** The most samples that a round of all burst VMs has. */
function mostARound({ burst, irqfds }: SampledPlan, latency: LatencyName | CallName): number {
  return burst * samplesARound(irqfds)[latency];
}

/**
 * A metric of a whole run.
 * @returns why no run has it, and the remedy; null where one may
 */
export function lacksSamples(plan: SampledPlan, metric: RunMetric): string | null {
  const { latency, percentile } = latencyFigure(metric) ?? {};
  if (latency === undefined || percentile === undefined || percentile === null) return null;
  const most = plan.rounds * mostARound(plan, latency);
  if (canTell(most, percentile)) return null;
  const rounds = roundsNeeded(percentile, most, plan.rounds);
  return `${needsSamples(percentile)}, a run has ${formatCount(most)} at the most; --rounds ${rounds} has enough, or ask for a lower percentile`;
}

/** The same of a metric of every round. Of those only `p95` is a percentile that takes samples. */
export function roundLacksSamples(plan: SampledPlan, metric: RoundMetric): string | null {
  const [latency, figure] = metric.split('.') as [LatencyName, string];
  const most = mostARound(plan, latency);
  if (figure !== 'p95' || canTell(most, ROUND_PERCENTILE)) return null;
  const burst = Math.ceil((plan.burst * samplesNeeded(ROUND_PERCENTILE)) / most);
  return `${needsSamples(ROUND_PERCENTILE)}, a round has ${formatCount(most)} at the most; --burst ${burst} has enough, or ask for ${latency}.p50`;
}
