import type { CompareResult } from '../model/compare-result.js';
import type { RunResult } from '../model/run-result.js';
import type { SweepResult } from '../model/sweep-result.js';

/** The whole result, as its schema has it; `irqbench report` reads it back. */
export function json(result: RunResult | CompareResult | SweepResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
