import type { IrqbenchError } from '../errors.js';
import { usageError } from '../errors.js';
import type { Baseline, Session } from '../model/baseline.js';
import type { GateCheck } from '../model/gate-result.js';
import type { AnyResult } from '../model/real-result.js';
import { checkDeterministic } from './deterministic.js';
import type { SpellPlan } from './fingerprint.js';
import { type Refusal, refusals, type Subject } from './hold.js';
import { type ClockOptions, checkClock } from './statistical.js';
import { holdThresholds, type Threshold } from './thresholds.js';

/**
 * One run held against everything that it is to be held against. Which evidence there is is known
 * before anything runs; what runs is for the caller to know.
 */

export interface GateTerms {
  /** With the file that it was read from; null where thresholds alone are held. */
  readonly baseline: { readonly file: string; readonly content: Baseline } | null;
  readonly thresholds: readonly Threshold[];
  readonly allowed: ReadonlySet<string>;
  /** How plans are told apart. */
  readonly spell: SpellPlan;
}

/** What of the terms a run can be held against. */
export interface Prospect {
  readonly refused: readonly Refusal[];
  readonly isDeterministicHeld: boolean;
  readonly isClockHeld: boolean;
}

/** @throws IrqbenchError (2) where nothing is left to be held: that is no pass */
export function prospectOf({ baseline, thresholds, spell }: GateTerms, subject: Subject): Prospect {
  if (baseline === null) {
    return { refused: [], isDeterministicHeld: false, isClockHeld: false };
  }
  const { file, content } = baseline;
  const refused = refusals(content, subject, spell);
  const holds = (evidence: Refusal['evidence'], has: boolean) =>
    has && refused.every((refusal) => refusal.evidence !== evidence);
  const isDeterministicHeld = holds('deterministic', content.deterministic.length > 0);
  const isClockHeld = holds('statistical', content.clock !== null);
  if (!isDeterministicHeld && !isClockHeld && thresholds.length === 0) {
    const differences = new Set(refused.flatMap((refusal) => refusal.differences));
    throw usageError(
      `--baseline ${file}: nothing of it can be held: ${[...differences].join('; ')}`,
    );
  }
  return { refused, isDeterministicHeld, isClockHeld };
}

/** What a run was found to be; the first that ran, where several sessions did. */
export interface HeldResult {
  readonly label: string;
  readonly file: string | null;
  readonly result: AnyResult;
}

export interface Findings {
  readonly checks: readonly GateCheck[];
  /** Thresholds that the figures cannot tell. */
  readonly untold: readonly IrqbenchError[];
}

/**
 * What the figures of a run alone say: all but the clock's evidence. Of a run that ended before its
 * plan did nothing repeats, and nothing is held.
 */
export function holdResult(
  { baseline, thresholds, allowed }: GateTerms,
  prospect: Prospect,
  { label, result }: HeldResult,
): Findings {
  if (result.partial || result.failure !== null) return { checks: [], untold: [] };
  const deterministic =
    baseline !== null && prospect.isDeterministicHeld
      ? checkDeterministic(baseline.content, label, result, allowed)
      : [];
  const base = baseline?.content.figures ?? null;
  const { checks, untold } = holdThresholds(thresholds, [{ label, figures: result, base }]);
  return { checks: [...deterministic, ...checks], untold };
}

/** The clock's evidence of a baseline that has some. See {@link checkClock}. */
export function holdClock(
  { baseline, allowed }: GateTerms,
  measure: () => Promise<readonly Session[] | null>,
  options: Omit<ClockOptions, 'allowed'>,
): Promise<GateCheck[]> {
  return checkClock(baseline?.content.clock?.sessions ?? [], measure, { ...options, allowed });
}
