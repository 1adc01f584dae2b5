import { z } from 'zod';
import { anyResultSchema } from './real-result.js';
import { SCHEMA_VERSION, warningSchema } from './run-result.js';

/** What a gate found. The one source of the type, the check and the schema. */

/**
 * Kinds of evidence, which are never mixed: `deterministic` repeats to the digit, so any change is a
 * change; `statistical` is of a clock, as a ratio to a yardstick, so a change is shown or not;
 * `absolute` is a threshold that somebody set.
 */
export const evidenceKinds = ['deterministic', 'statistical', 'absolute'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/**
 * `held` and `improved` pass, and so does `allowed`: changed, and said beforehand to be so.
 * `regressed`, `changed` (no better and no worse, but not the same) and `crossed` (a threshold) fail.
 */
export const gateVerdicts = [
  'held',
  'improved',
  'allowed',
  'changed',
  'regressed',
  'crossed',
] as const;
export type GateVerdict = (typeof gateVerdicts)[number];

export const gateUnits = ['ns', 'count', 'ratio'] as const;
export type GateUnit = (typeof gateUnits)[number];

const figure = z.number().nullable();

export const gateCheckSchema = z.strictObject({
  evidence: z.enum(evidenceKinds),
  /** The run that it is of: the strategy's label, or the file that the result was read from. */
  run: z.string(),
  /** A path such as `register.p99`, or the whole threshold as it was given. */
  metric: z.string(),
  /** Of `baseline` and `now`: `ratio` is a multiple of the yardstick. */
  unit: z.enum(gateUnits),
  /** What is compared with: the baseline's figure, or the value of the threshold's right side. */
  baseline: figure,
  now: figure,
  /** `now` over `baseline`; the ends are null where the evidence is not statistical. */
  ratio: z.strictObject({ value: z.number(), low: figure, high: figure }).nullable(),
  /** Two-sided Mann-Whitney, after Holm's correction; null where the evidence is not statistical. */
  p: z.number().min(0).max(1).nullable(),
  /** Times that fresh samples were taken until this verdict; 1 where nothing was repeated. */
  attempts: z.int().min(1),
  verdict: z.enum(gateVerdicts),
  /** Why, as a fragment of a sentence without its full stop. */
  reason: z.string(),
});
export type GateCheck = z.infer<typeof gateCheckSchema>;

export const gateResultSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  kind: z.literal('gate'),
  tool: z.strictObject({ name: z.literal('irqbench'), version: z.string() }),
  /** The baseline's file, or null where thresholds alone were held. */
  baseline: z.string().nullable(),
  passed: z.boolean(),
  partial: z.boolean(),
  /** Why a run failed, or null. */
  failure: z.string().nullable(),
  warnings: z.array(warningSchema),
  checks: z.array(gateCheckSchema),
  /** Evidence that the baseline has and that was not held against, and why: another machine, another Node. */
  refused: z.array(
    z.strictObject({ evidence: z.enum(evidenceKinds), differences: z.array(z.string()) }),
  ),
  /** The command that makes what was found the new baseline, where anything differs from it. */
  accept: z.string().nullable(),
  runs: z.array(
    z.strictObject({
      label: z.string(),
      file: z.string().nullable(),
      result: anyResultSchema,
    }),
  ),
});
export type GateResult = z.infer<typeof gateResultSchema>;

/** Verdicts that a gate does not pass with. */
export function isFailure(verdict: GateVerdict): boolean {
  return verdict === 'changed' || verdict === 'regressed' || verdict === 'crossed';
}
