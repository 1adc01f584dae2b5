import { usageError } from '../errors.js';
import type { Baseline, ClockBaseline } from '../model/baseline.js';
import type { RunResult } from '../model/run-result.js';
import { type RunSummary, summaryOf } from '../model/sweep-result.js';
import { deterministicMetrics } from './deterministic.js';
import { hostOf } from './fingerprint.js';

/** What a run leaves to be held against. */

/**
 * @param clock what was measured beside a yardstick; null where nothing was
 * @throws IrqbenchError (2) where nothing of the run can be held against
 */
export function baselineOf(
  result: RunResult,
  clock: ClockBaseline | null,
): Omit<Baseline, 'digest'> {
  const { schemaVersion, tool, backend, plan, environment } = result;
  const deterministic = deterministicMetrics(result);
  if (deterministic.length === 0 && clock === null) {
    throw usageError('--save-baseline: the run is not complete, so no figure of it can be held');
  }
  return {
    schemaVersion,
    kind: 'baseline',
    tool,
    backend,
    host: hostOf(environment),
    plan,
    deterministic,
    figures: figuresOf(result),
    clock,
  };
}

/** Warnings are of the moment, and nobody is held against them. */
function figuresOf(result: RunResult): RunSummary {
  return { ...summaryOf(result), warnings: [] };
}
