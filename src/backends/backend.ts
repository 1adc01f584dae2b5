import type { RunResult } from '../model/run-result.js';

/** What every backend takes and gives, whatever it runs on. */
export interface RunOptions {
  /** The percentiles (0–100) that the result is to have. */
  readonly percentiles: readonly number[];
  /** Aborted to interrupt the run: it ends at once, with what was measured. */
  readonly signal: AbortSignal;
  /** Called once everything is checked, before anything is started. */
  readonly onBegin: () => Promise<void>;
  /** Called with what a VM's thread died of, where it did. */
  readonly onDeath: (thrown: unknown) => void;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: 'set-up' | 'start' | 'warm-up' | 'rounds' | 'runs' | 'figures' | 'sessions';
  readonly done: number;
  readonly total: number;
}

/** Resolves with a result even if the run failed on the way: then `failure` says why. */
export type Backend<Plan, Result = RunResult> = (
  plan: Plan,
  options: RunOptions,
) => Promise<Result>;
