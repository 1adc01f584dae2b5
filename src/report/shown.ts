import { messageOf, usageError } from '../errors.js';
import { withPercentiles } from '../measure/histogram.js';
import type { CompareResult } from '../model/compare-result.js';
import type { AnyResult } from '../model/real-result.js';
import { type LatencyName, latencyNames } from '../model/run-result.js';

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
  for (const name of latencyNames) latency[name] = retaken(result, name, percentiles, at);
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

function retaken(result: AnyResult, name: LatencyName, percentiles: readonly number[], at: string) {
  try {
    return withPercentiles(result.latency[name], percentiles);
  } catch (error) {
    throw usageError(
      `${at}latency.${name}.hdr: not an HDR histogram (${messageOf(error)}); the saved result is damaged, measure again`,
      error,
    );
  }
}
