import { usageError } from '../errors.js';
import type { Comparison, RoundMetric } from '../model/compare-result.js';
import type { AnyResult } from '../model/real-result.js';
import { type RatioInterval, ratioInterval, resampledMedians, streamOf } from './bootstrap.js';
import { holm } from './holm.js';
import { mannWhitney, smallestP } from './rank-test.js';
import { roundValues } from './round-metric.js';
import { medianOf, type Sorted, sorted } from './sorted.js';
import { CONFIDENCE, isIntervalKnown, judge, type Side } from './verdict.js';

/**
 * Runs of several strategies, each compared with the first by its rounds. A round is what is
 * independent here: the registrations inside one queue for the same lock, so taking each for a
 * sample of its own would find a difference anywhere.
 */

export interface LabelledRun {
  /** What the run is called; no two runs share one. */
  readonly label: string;
  readonly result: AnyResult;
}

export interface CompareOptions {
  readonly metrics: readonly RoundMetric[];
  /** Effects up to this share are the machine's; 0.05 is 5 %. */
  readonly noise: number;
  /** What the resamples of the intervals are drawn from. */
  readonly seed: number;
}

/** What strategies are compared by where nobody says by what. */
export const DEFAULT_METRICS: readonly RoundMetric[] = [
  'register.p50',
  'register.p95',
  'vmReady.p50',
];

/** One metric of one run. */
interface Series extends Side {
  readonly values: Sorted;
  /** Median over the rounds. */
  readonly ns: number | null;
  /** Of the resamples; null where the rounds cannot tell an interval. */
  readonly medians: Float64Array | null;
}

/** One metric of two runs, before the correction for how many there are. */
interface Pair {
  readonly metric: RoundMetric;
  readonly series: Series;
  readonly reference: Series;
  readonly ratio: Comparison['ratio'];
  readonly interval: RatioInterval | null;
  readonly p: number | null;
  /** The smallest that so many rounds can give. */
  readonly smallestP: number | null;
}

/**
 * Everything is the same to the byte with the same runs and seed; two runs swapped have the
 * inverse ratio, the same p and the opposite verdict.
 * @param runs the reference first
 * @returns by metric, then in the order of the runs
 * @throws IrqbenchError (2) where two runs have one label
 */
export function compareRuns(
  runs: readonly LabelledRun[],
  { metrics, noise, seed }: CompareOptions,
): Comparison[] {
  checkLabels(runs);
  const pairs = [...new Set(metrics)].flatMap((metric) => pairsOf(runs, metric, seed));
  const adjusted = corrected(pairs.map(({ p }) => p));
  // The smallest p of all at once: what the correction would leave of them in the best case.
  const smallest = corrected(pairs.map((pair) => pair.smallestP));
  const tests = pairs.filter(({ p }) => p !== null).length;
  return pairs.map((pair, at) => {
    const { series, reference, ratio, p } = pair;
    const pAdjusted = adjusted[at] ?? null;
    const evidence = { pAdjusted, smallestP: smallest[at] ?? null, tests, noise };
    return {
      metric: pair.metric,
      label: series.label,
      reference: reference.label,
      rounds: series.rounds,
      referenceRounds: reference.rounds,
      ns: series.ns,
      referenceNs: reference.ns,
      ratio,
      p,
      pAdjusted,
      ...judge({ ...evidence, sides: [series, reference], interval: pair.interval }),
    };
  });
}

function checkLabels(runs: readonly LabelledRun[]): void {
  const labels = runs.map(({ label }) => label);
  const twice = labels.find((label, at) => labels.indexOf(label) !== at);
  if (twice === undefined) return;
  throw usageError(`two runs have the label "${twice}"; give each a label of its own`);
}

function pairsOf(runs: readonly LabelledRun[], metric: RoundMetric, seed: number): Pair[] {
  const [reference, ...others] = runs.map((run) => seriesOf(run, metric, seed));
  return reference ? others.map((series) => pairOf(metric, series, reference)) : [];
}

function seriesOf({ label, result }: LabelledRun, metric: RoundMetric, seed: number): Series {
  const values = sorted(roundValues(result.rounds, metric));
  return {
    label,
    values,
    rounds: values.length,
    ns: medianOf(values),
    isZero: values[0] === 0,
    hasFailed: result.failure !== null,
    isTrace: result.backend === 'imported',
    medians: isIntervalKnown(values.length)
      ? resampledMedians(values, streamOf(seed, `${metric} ${label}`))
      : null,
  };
}

function pairOf(metric: RoundMetric, series: Series, reference: Series): Pair {
  const interval = intervalOf(series, reference);
  const isTestable = series.rounds > 0 && reference.rounds > 0;
  return {
    metric,
    series,
    reference,
    ratio: ratioOf(series, reference, interval),
    interval,
    p: isTestable ? mannWhitney(series.values, reference.values).p : null,
    smallestP: isTestable ? smallestP(series.rounds, reference.rounds) : null,
  };
}

function intervalOf(series: Series, reference: Series): RatioInterval | null {
  if (series.isZero || reference.isZero) return null;
  if (series.medians === null || reference.medians === null) return null;
  return ratioInterval(series.medians, reference.medians, CONFIDENCE);
}

function ratioOf(
  series: Series,
  reference: Series,
  interval: RatioInterval | null,
): Comparison['ratio'] {
  if (series.ns === null || reference.ns === null) return null;
  if (series.isZero || reference.isZero) return null;
  const value = series.ns / reference.ns;
  return { value, low: interval?.low ?? null, high: interval?.high ?? null };
}

/** Holm's correction of those that are known. */
function corrected(ps: readonly (number | null)[]): (number | null)[] {
  const known = holm(ps.filter((p) => p !== null));
  let next = 0;
  return ps.map((p) => (p === null ? null : (known[next++] as number)));
}
