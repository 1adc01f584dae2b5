import { IrqbenchError } from '../errors.js';
import { lacksSamples, type SampledPlan } from '../measure/sample-counts.js';
import type { GateCheck } from '../model/gate-result.js';
import { failAt, type ThresholdText, thresholdError } from './threshold-error.js';
import { type HeldRun, holdThreshold } from './threshold-evaluate.js';
import { readThreshold, type Threshold } from './threshold-validate.js';

/** Thresholds: read before a run, held against its figures afterwards. */

export type { ThresholdText } from './threshold-error.js';
export type { HeldRun } from './threshold-evaluate.js';
export type { Threshold } from './threshold-validate.js';

/**
 * @param hasBase whether there will be a baseline that `base` can stand for
 * @throws IrqbenchError (2) for the first that cannot be
 */
export function readThresholds(given: readonly ThresholdText[], hasBase: boolean): Threshold[] {
  return given.map((source) => {
    const threshold = readThreshold(source);
    if (needsBase(threshold) && !hasBase) {
      return failAt(threshold)(
        threshold.text.search(/\bbase\b/),
        'there is no baseline; hold it in irqbench compare, where base is the first strategy, or in irqbench gate --baseline FILE',
      );
    }
    return threshold;
  });
}

function needsBase({ baseMetrics }: Threshold): boolean {
  return baseMetrics.length > 0;
}

/** A run that is to be held to thresholds. */
export interface PlannedRun {
  /** How it is named where there are several; null where there is one. */
  readonly name: string | null;
  readonly plan: SampledPlan;
  /** The plan of what `base` stands for; null where that is not known. */
  readonly base: SampledPlan | null;
}

/** @throws IrqbenchError (2) for the first percentile that the run cannot have the samples for */
export function checkSamples(thresholds: readonly Threshold[], run: PlannedRun): void {
  const { name, plan, base } = run;
  for (const threshold of thresholds) {
    const asked = [
      ...threshold.metrics.map((metric) => ({ metric, of: plan, whose: '' })),
      ...threshold.baseMetrics.map((metric) => ({ metric, of: base, whose: ' of the baseline' })),
    ];
    for (const { metric, of, whose } of asked) {
      const why = of && lacksSamples(of, metric);
      if (!why) continue;
      const where = name === null ? '' : `${name}: `;
      throw thresholdError(threshold, `${where}${metric}${whose} cannot be known: ${why}`);
    }
  }
}

/** What came of thresholds: those that the figures tell, and why others cannot be held. */
export interface ThresholdOutcome {
  readonly checks: readonly GateCheck[];
  /** Exit code 2, each: a threshold that cannot be told is not one that was held. */
  readonly untold: readonly IrqbenchError[];
}

/** Every threshold against every run. A run that is its own baseline is held to no `base`. */
export function holdThresholds(
  thresholds: readonly Threshold[],
  runs: readonly HeldRun[],
): ThresholdOutcome {
  const checks: GateCheck[] = [];
  const untold: IrqbenchError[] = [];
  for (const threshold of thresholds) {
    const held = runs.filter(({ base, figures }) => !needsBase(threshold) || base !== figures);
    if (held.length === 0) {
      untold.push(thresholdError(threshold, 'there is no run to hold it against'));
    }
    for (const run of held) {
      try {
        checks.push(holdThreshold(threshold, run));
      } catch (thrown) {
        if (!(thrown instanceof IrqbenchError)) throw thrown;
        untold.push(thrown);
      }
    }
  }
  return { checks, untold };
}
