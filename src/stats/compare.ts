import { usageError } from '../errors.js';
import type { Comparison, RoundMetric } from '../model/compare-result.js';
import type { AnyResult } from '../model/real-result.js';
import { streamOf } from './bootstrap.js';
import { roundValues } from './round-metric.js';
import { comparePairs, type Sample, sampleOf } from './samples.js';

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
  const compared = [...new Set(metrics)].flatMap((metric) => {
    const [reference, ...others] = runs.map((run) => seriesOf(run, metric, seed));
    return reference ? others.map((sample) => ({ metric, sample, reference })) : [];
  });
  return comparePairs(compared, noise, 'round').map((comparison, at) => {
    const { metric, sample, reference } = compared[at] as (typeof compared)[number];
    return {
      metric,
      label: sample.label,
      reference: reference.label,
      rounds: sample.count,
      referenceRounds: reference.count,
      ns: sample.median,
      referenceNs: reference.median,
      ...comparison,
    };
  });
}

function checkLabels(runs: readonly LabelledRun[]): void {
  const labels = runs.map(({ label }) => label);
  const twice = labels.find((label, at) => labels.indexOf(label) !== at);
  if (twice === undefined) return;
  throw usageError(`two runs have the label "${twice}"; give each a label of its own`);
}

function seriesOf({ label, result }: LabelledRun, metric: RoundMetric, seed: number): Sample {
  return sampleOf(roundValues(result.rounds, metric), streamOf(seed, `${metric} ${label}`), {
    label,
    hasFailed: result.failure !== null,
    isTrace: result.backend === 'imported',
  });
}
