/** What `irqbench verify` found: the shape of its JSON, and what its reports are made from. */

export const VERIFY_SCHEMA_VERSION = 1;

export const explorerNames = ['dfs', 'pct', 'random'] as const;
export type ExplorerName = (typeof explorerNames)[number];

/** What ended a trial. */
export type TrialEnding = 'exhausted' | 'budget' | 'violation' | 'interrupted' | 'replayed';

/** One program that was explored. */
export interface TrialResult {
  /** `exclusive`, `shared and exclusive`, `two NUMA nodes`. */
  readonly name: string;
  readonly schedules: number;
  readonly steps: number;
  /** States that were told apart; null where the explorer does not. */
  readonly states: number | null;
  readonly seconds: number;
  readonly ending: TrialEnding;
  /** Up to how many preemptions every schedule was covered; null: not even without any. */
  readonly covered: number | null;
  /** Whether something was left out for a bound: bounded, not exhaustive. */
  readonly isBounded: boolean;
  /** Whether threads were taken for interchangeable, as trials said they are. */
  readonly threadsInterchangeable: boolean;
}

/** One step of a violation's trace. */
export interface TraceStep {
  /** From 0. */
  readonly thread: number;
  /** The source's file and line; null for what the trial itself does. */
  readonly file: string | null;
  readonly line: number | null;
  /** The source's line as it stands there. */
  readonly source: string | null;
  /** `exchange lock 0 → 1` */
  readonly operation: string;
}

/** Where a thread is when the violation has happened. */
export interface ThreadPosition extends Omit<TraceStep, 'operation'> {
  /** `sleeps`, `spins`, `is about to`, `is inside`, `has ended`. */
  readonly state: string;
  /** What it is about to do, or waits for, in words that go on from there; may be empty. */
  readonly operation: string;
}

export interface Violation {
  /** The trial's name. */
  readonly trial: string;
  /** `mutual exclusion`, `lost wake-up`, `data race` … */
  readonly kind: string;
  readonly message: string;
  readonly preemptions: number;
  /** What `--replay` takes. */
  readonly replay: string;
  readonly trace: readonly TraceStep[];
  /** Steps in the middle of a long trace that it leaves out: after how many, and how many. */
  readonly omitted: { readonly after: number; readonly steps: number } | null;
  readonly threads: readonly ThreadPosition[];
}

export interface VerifyResult {
  readonly schemaVersion: typeof VERIFY_SCHEMA_VERSION;
  readonly tool: { readonly name: 'irqbench'; readonly version: string };
  readonly lock: string;
  readonly threads: number;
  readonly acquisitions: number;
  readonly explorer: ExplorerName;
  readonly preemptions: number;
  readonly seed: number;
  /** As it was given: `60s`, `1e6`. */
  readonly budget: string;
  readonly spurious: boolean;
  /** What was looked out for. */
  readonly checks: readonly string[];
  readonly trials: readonly TrialResult[];
  readonly violation: Violation | null;
  /** Interrupted: the trials say how far it came. */
  readonly partial: boolean;
}
