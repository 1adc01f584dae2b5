import { usageError } from '../errors.js';
import { percentileDistribution } from '../measure/histogram.js';
import type { LatencySummary } from '../model/run-result.js';

/**
 * A percentile distribution as every HdrHistogram prints it, and nothing else: plotters read it
 * line by line. Without samples it is the distribution of an empty histogram, which they accept.
 * @returns values in nanoseconds; text that ends in one newline
 * @throws IrqbenchError (2) of one that was read from a histogram
 */
export function hgrm(summary: LatencySummary): string {
  if (summary.buckets) {
    throw usageError(
      'hgrm: percentiles of an imported histogram are ranges, which the format cannot say; use funclatency, csv or json',
    );
  }
  return `${percentileDistribution(summary).trimEnd()}\n`;
}
