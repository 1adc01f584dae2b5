import { z } from 'zod';
import { strategySchema } from './run-plan.js';

/**
 * What `irqbench verify` found: of a lock alone, or of a strategy's manager. The one source of the
 * type, the check and the schema.
 */

export const VERIFY_SCHEMA_VERSION = 1;

export const explorerNames = ['dfs', 'pct', 'random'] as const;
export type ExplorerName = (typeof explorerNames)[number];

const count = z.int().min(0);

/** What ended a trial. */
const endings = ['exhausted', 'budget', 'violation', 'interrupted', 'replayed'] as const;
export type TrialEnding = (typeof endings)[number];

/** One program that was explored. */
export const trialResultSchema = z.strictObject({
  /** `exclusive`, `shared and exclusive`, `two NUMA nodes`; of a strategy, the scenario's name. */
  name: z.string(),
  threads: count,
  schedules: count,
  steps: count,
  /** States that were told apart; null where the explorer does not. */
  states: count.nullable(),
  seconds: z.number().min(0),
  ending: z.enum(endings),
  /** Up to how many preemptions every schedule was covered; null: not even without any. */
  covered: count.nullable(),
  /** Whether something was left out for a bound: bounded, not exhaustive. */
  isBounded: z.boolean(),
  /** Whether threads were taken for interchangeable, as trials said they are. */
  threadsInterchangeable: z.boolean(),
});
export type TrialResult = Readonly<z.infer<typeof trialResultSchema>>;

/** One step of a violation's trace. */
export const traceStepSchema = z.strictObject({
  /** From 0. */
  thread: count,
  /** The source's file and line; null for what the trial itself does. */
  file: z.string().nullable(),
  line: count.nullable(),
  /** The source's line as it stands there. */
  source: z.string().nullable(),
  /** `exchange lock 0 → 1` */
  operation: z.string(),
});
export type TraceStep = Readonly<z.infer<typeof traceStepSchema>>;

/** Where a thread is when the violation has happened. */
export const threadPositionSchema = traceStepSchema.extend({
  /** `sleeps`, `spins`, `is about to`, `is inside`, `has ended`. */
  state: z.string(),
  /** What it is about to do, or waits for, in words that go on from there; may be empty. */
  operation: z.string(),
});
export type ThreadPosition = Readonly<z.infer<typeof threadPositionSchema>>;

export const violationSchema = z.strictObject({
  /** The trial's name. */
  trial: z.string(),
  /** `mutual exclusion`, `lost wake-up`, `data race`, `not linearizable` … */
  kind: z.string(),
  message: z.string(),
  preemptions: count,
  /** What `--replay` takes. */
  replay: z.string(),
  trace: z.array(traceStepSchema).readonly(),
  /** Steps in the middle of a long trace that it leaves out: after how many, and how many. */
  omitted: z.strictObject({ after: count, steps: count }).nullable(),
  threads: z.array(threadPositionSchema).readonly(),
});
export type Violation = Readonly<z.infer<typeof violationSchema>>;

export const verifyResultSchema = z.strictObject({
  schemaVersion: z.literal(VERIFY_SCHEMA_VERSION),
  kind: z.literal('verify'),
  tool: z.strictObject({ name: z.literal('irqbench'), version: z.string() }),
  /** Of a lock alone: its name or file; how many threads acquire it, how often. Else null. */
  lock: z.string().nullable(),
  threads: count.nullable(),
  acquisitions: count.nullable(),
  /** Of a strategy: its axes, what `--strategy` was, and how its locks are taken. Else null. */
  strategy: strategySchema.nullable(),
  strategyText: z.string().nullable(),
  locks: z.enum(['in one step', 'step by step']).nullable(),
  explorer: z.enum(explorerNames),
  preemptions: count,
  seed: count,
  /** As it was given: `60s`, `1e6`. */
  budget: z.string(),
  spurious: z.boolean(),
  /** What was looked out for. */
  checks: z.array(z.string()).readonly(),
  trials: z.array(trialResultSchema).readonly(),
  violation: violationSchema.nullable(),
  /** Interrupted: the trials say how far it came. */
  partial: z.boolean(),
});
export type VerifyResult = Readonly<z.infer<typeof verifyResultSchema>>;
