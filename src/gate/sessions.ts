import type { Session } from '../model/baseline.js';
import { type RoundMetric, roundMetrics } from '../model/compare-result.js';
import type { RunResult } from '../model/run-result.js';
import { roundValue } from '../stats/round-metric.js';
import { medianOf, sorted } from '../stats/sorted.js';

/**
 * A session's latencies as multiples of the yardstick's. A round's figure is over the yardstick's
 * own in the same round, a moment before: what happens to the machine happens to both.
 */

export const heldMetrics: readonly RoundMetric[] = ['register.min', 'register.p50', 'vmReady.p50'];

/** Digits that a file keeps; the machine's noise is in the third. */
const DIGITS = 6;

export interface MeasuredSession {
  readonly result: Pick<RunResult, 'rounds'>;
  /** The yardstick's own figures of each round. */
  readonly yardstick: RunResult['rounds'];
}

/** Rounds that lack a figure, or took no time, are left out; so is a metric that no round has. */
export function sessionOf({ result, yardstick }: MeasuredSession): Session {
  const session: Session = {};
  for (const metric of heldMetrics) {
    const multiples = result.rounds.flatMap((round, at) => {
      const beside = yardstick[at];
      const own = roundValue(round, metric);
      const unit = beside ? roundValue(beside, metric) : null;
      return own && unit ? [Number((own / unit).toPrecision(DIGITS))] : [];
    });
    if (multiples.length > 0) session[metric] = multiples;
  }
  return session;
}

/** The metrics that every session has. */
export function metricsOf(sessions: readonly Session[]): RoundMetric[] {
  return roundMetrics.filter((metric) => sessions.every((session) => session[metric]));
}

/**
 * One figure a session: the median over its rounds. Sessions and not rounds are what is independent:
 * where the pages of a session lie is the same for all of its rounds.
 */
export function sessionMedians(sessions: readonly Session[], metric: RoundMetric): Float64Array {
  return Float64Array.from(
    sessions.flatMap((session) => medianOf(sorted(Float64Array.from(session[metric] ?? []))) ?? []),
  );
}
