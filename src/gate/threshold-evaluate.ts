import type { GateCheck, GateUnit } from '../model/gate-result.js';
import { formatFigure, formatRatio, formatShare } from '../units.js';
import { compute, holds, type Interval, isPoint, negative, point } from './interval.js';
import { type Figures, readMetric } from './metrics.js';
import { thresholdError } from './threshold-error.js';
import type { Term, Threshold } from './threshold-validate.js';

/** What figures make of a threshold. */

/** A run that is held to thresholds. */
export interface HeldRun {
  /** How it is named: the strategy's label, or the file that it was read from. */
  readonly label: string;
  readonly figures: Figures;
  /** What `base` stands for, or null where there is none. */
  readonly base: Figures | null;
}

/**
 * @throws IrqbenchError (2) where the figures cannot tell: a sample is empty, a percentile wants
 *   more samples, a range is on both sides of the limit
 */
export function holdThreshold(threshold: Threshold, run: HeldRun): GateCheck {
  const refuse = (message: string): never => {
    throw thresholdError(threshold, `${run.label}: ${message}`);
  };
  const now = evaluate(threshold.left, run, refuse);
  const limit = evaluate(threshold.right, run, refuse);
  const isCrossed = holds(threshold.operator, now, limit);
  if (isCrossed === null) return refuse(bothSides(threshold, now, limit));
  const [value, compared] = [exactly(now), exactly(limit)];
  return {
    evidence: 'absolute',
    run: run.label,
    metric: threshold.text,
    unit: threshold.unit,
    baseline: compared,
    now: value,
    ratio:
      value !== null && compared !== null && compared !== 0
        ? { value: value / compared, low: null, high: null }
        : null,
    p: null,
    attempts: 1,
    verdict: isCrossed ? 'crossed' : 'held',
    reason: `${threshold.subject} is ${distance(now, limit, threshold.unit)}`,
  };
}

function evaluate(term: Term, run: HeldRun, refuse: (message: string) => never): Interval {
  switch (term.kind) {
    case 'number':
      return point(term.value);
    case 'metric':
      return look(term.metric, run.figures, '', refuse);
    case 'base':
      if (run.base === null) return refuse('base: there is no baseline of it');
      return look(term.metric, run.base, ' of the baseline', refuse);
    case 'negative':
      return negative(evaluate(term.of, run, refuse));
    case 'arithmetic': {
      const left = evaluate(term.left, run, refuse);
      const right = evaluate(term.right, run, refuse);
      const value = compute(term.operator, left, right);
      if (value === null) return refuse('divides by 0, or by a range that has 0 in it');
      // A range may be open at an end; what has no end at all, or is no number, has grown too large.
      const isKnown = value.low < Infinity && value.high > -Infinity;
      return isKnown ? value : refuse('is too large to compute');
    }
  }
}

function look(
  metric: string,
  figures: Figures,
  whose: string,
  refuse: (message: string) => never,
): Interval {
  const { value, range, reason } = readMetric(figures, metric);
  if (value !== null) return point(value);
  if (range !== null) return { low: range.lowNs, high: range.highNs ?? Infinity };
  return refuse(`${metric}${whose} is not known: ${reason}`);
}

function exactly(interval: Interval): number | null {
  return isPoint(interval) ? interval.low : null;
}

function bothSides({ subject, unit }: Threshold, now: Interval, limit: Interval): string {
  return (
    `${subject} is ${written(now, unit)}, and the limit ${written(limit, unit)}: ` +
    'a histogram cannot tell which side that is; set the limit where a bucket ends'
  );
}

/** `2.31 ms, 310 us (15.5 %) more than 2.00 ms`. */
function distance(now: Interval, limit: Interval, unit: GateUnit): string {
  const [value, compared] = [exactly(now), exactly(limit)];
  if (value === null || compared === null) {
    return `${written(now, unit)}, the limit ${written(limit, unit)}`;
  }
  if (value === compared) return `${formatFigure(value, unit)}, the limit exactly`;
  const apart = formatFigure(Math.abs(value - compared), unit);
  const which = value > compared ? 'more' : 'less';
  return `${formatFigure(value, unit)}, ${apart}${shareOf(value, compared)} ${which} than ${formatFigure(compared, unit)}`;
}

/** Beyond this a factor says more than a share does. */
const FACTOR_FROM = 10;

function shareOf(value: number, compared: number): string {
  if (compared === 0) return '';
  const ratio = value / compared;
  if (ratio >= FACTOR_FROM) return ` (${formatRatio(ratio)} times)`;
  return ` (${formatShare(Math.abs(ratio - 1))})`;
}

function written(interval: Interval, unit: GateUnit): string {
  if (isPoint(interval)) return formatFigure(interval.low, unit);
  if (interval.high === Infinity) return `${formatFigure(interval.low, unit)} or more`;
  return `${formatFigure(interval.low, unit)} to ${formatFigure(interval.high, unit)}`;
}
