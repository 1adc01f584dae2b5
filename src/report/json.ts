import type { CompareResult } from '../model/compare-result.js';
import type { AnyResult } from '../model/real-result.js';
import type { SweepResult } from '../model/sweep-result.js';

/** The whole result, as its schema has it; `irqbench report` reads it back. */
export function json(result: AnyResult | CompareResult | SweepResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
