import type { RunResult } from '../model/run-result.js';

/** The whole result, as `runResultSchema` has it; `irqbench report` reads it back. */
export function json(result: RunResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
