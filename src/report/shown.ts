import { takenAnew } from '../measure/histogram.js';
import type { CompareResult } from '../model/compare-result.js';
import type { AnyResult } from '../model/real-result.js';
import { latenciesOf } from './content.js';

/** Results with the percentiles that were asked for, taken anew from their histograms. */

/**
 * @param at where in a saved file the result stands, for the error
 * @throws IrqbenchError (2) where a saved histogram cannot be decoded
 */
export function showing(
  result: AnyResult,
  percentiles: readonly number[],
  at: string = '',
): AnyResult {
  const latency = { ...result.latency };
  for (const [name, summary] of latenciesOf(result)) {
    latency[name] = takenAnew(summary, percentiles, `${at}latency.${name}.hdr`);
  }
  return { ...result, latency };
}

/** @throws IrqbenchError (2) where a saved histogram cannot be decoded */
export function showingCompare(
  result: CompareResult,
  percentiles: readonly number[],
): CompareResult {
  const runs = result.runs.map((run, index) => ({
    ...run,
    result: showing(run.result, percentiles, `runs.${index}.result.`),
  }));
  return { ...result, runs };
}
