import type { Session } from '../model/baseline.js';
import type { RoundMetric } from '../model/compare-result.js';
import type { GateCheck, GateVerdict } from '../model/gate-result.js';
import { streamOf } from '../stats/bootstrap.js';
import { comparePairs, type PairComparison, type Sample, sampleOf } from '../stats/samples.js';
import { counted } from '../units.js';
import { metricsOf, sessionMedians } from './sessions.js';

/**
 * Evidence of a clock: multiples of the yardstick, session by session, against those of the
 * baseline. What looks like a regression is measured anew before it is called one.
 */

export interface ClockOptions {
  /** What the checks are of. */
  readonly run: string;
  /** Effects up to this share are the machine's; 0.1 is 10 %. */
  readonly noise: number;
  /** How often what failed is measured anew. */
  readonly retries: number;
  /** What the resamples of the intervals are drawn from. */
  readonly seed: number;
  /** Metrics that may get worse. */
  readonly allowed: ReadonlySet<string>;
}

/**
 * @param baseline its sessions
 * @param measure gives fresh sessions each time; null where it was interrupted or failed
 */
export async function checkClock(
  baseline: readonly Session[],
  measure: () => Promise<readonly Session[] | null>,
  options: ClockOptions,
): Promise<GateCheck[]> {
  const settled = new Map<RoundMetric, GateCheck>();
  let open = metricsOf(baseline);
  for (let attempt = 1; open.length > 0 && attempt <= options.retries + 1; attempt++) {
    const sessions = await measure();
    if (sessions === null) break;
    const checks = compareSessions(baseline, sessions, open, attempt, options);
    open = open.filter((metric, at) => {
      const check = checks[at] as GateCheck;
      settled.set(metric, check);
      return check.verdict === 'regressed';
    });
  }
  return [...settled.values()];
}

/** In the order of the metrics. */
export function compareSessions(
  baseline: readonly Session[],
  now: readonly Session[],
  metrics: readonly RoundMetric[],
  attempt: number,
  options: ClockOptions,
): GateCheck[] {
  const { run, noise, seed } = options;
  const sideOf = (label: string, sessions: readonly Session[], metric: RoundMetric): Sample =>
    sampleOf(sessionMedians(sessions, metric), streamOf(seed, `${metric} ${label} ${attempt}`), {
      label,
      hasFailed: false,
    });
  const pairs = metrics.map((metric) => ({
    sample: sideOf(run, now, metric),
    reference: sideOf('the baseline', baseline, metric),
  }));
  return comparePairs(pairs, noise, 'session').map((comparison, at) => {
    const metric = metrics[at] as RoundMetric;
    const { sample, reference } = pairs[at] as (typeof pairs)[number];
    return {
      evidence: 'statistical',
      run,
      metric,
      unit: 'ratio',
      baseline: reference.median,
      now: sample.median,
      ratio: comparison.ratio,
      p: comparison.pAdjusted,
      attempts: attempt,
      ...judge(metric, comparison, attempt, options),
    };
  });
}

function judge(
  metric: RoundMetric,
  { verdict, reason }: PairComparison,
  attempt: number,
  { allowed }: ClockOptions,
): { verdict: GateVerdict; reason: string } {
  const again = attempt === 1 ? '' : `, ${counted(attempt, 'time')} in a row`;
  switch (verdict) {
    case 'faster':
      return { verdict: 'improved', reason };
    case 'slower':
      return allowed.has(metric)
        ? { verdict: 'allowed', reason: `${reason}, which --allow ${metric} permits` }
        : { verdict: 'regressed', reason: reason + again };
    case 'cannot tell':
      // What cannot be held is not held: the metric was there when the baseline was saved.
      return { verdict: 'changed', reason };
    case 'no difference shown':
      return {
        verdict: 'held',
        reason:
          attempt === 1 ? reason : `${reason}, after ${counted(attempt - 1, 'attempt')} that did`,
      };
  }
}
