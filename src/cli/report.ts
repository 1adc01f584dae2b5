import type { Command } from 'commander';
import { EXIT, type ExitCode, usageError } from '../errors.js';
import { summarizeSweep } from '../measure/sweep.js';
import type { RunMetric } from '../model/run-metric.js';
import { render } from '../report/render.js';
import { metricOption } from './metric-option.js';
import { readResult } from './read-result.js';
import { addReportOptions, type ReportFlags, Reporting } from './report-options.js';
import type { Streams } from './streams.js';
import {
  addThresholdOption,
  holdResult,
  type ThresholdFlags,
  thresholdsOf,
} from './threshold-options.js';

/** `irqbench report`: a saved result, of a run, a comparison or a sweep, in any format. */

const EXAMPLES = `
Examples:
  irqbench report result.json
  irqbench report result.json --format funclatency
  irqbench report result.json --percentiles 50,95,99 --output result.csv --output result.md
  irqbench report result.json --fail-if 'register.p99 > 2ms'
  irqbench report sweep.json --metric register.p99.9 --metric lock.waitMax
  irqbench fork --workload smoke --format json | irqbench report -`;

export function addReportCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  const command = program
    .command('report')
    .argument('<result>', 'a result saved as JSON, or - for the standard input')
    .summary('print a saved result in any format')
    .description(
      'Prints a result of fork, compare or sweep that was saved as JSON, in any of the formats.',
    );
  addThresholdOption(command);
  addReportOptions(command);
  command.addOption(metricOption("of a sweep, the sweep's"));
  command.addHelpText('after', EXAMPLES);
  command.action(async (path: string, flags: ReportFlags & MetricFlags & ThresholdFlags) => {
    const reporting = new Reporting(flags, streams);
    const saved = readResult(path);
    const { thresholds } = thresholdsOf(flags, null, isComparison(saved));
    const result = shown(saved, flags, command);
    await reporting.write(result, streams, render(result, reporting.format, reporting.options));
    exit(holdResult(thresholds, result, EXIT.done, streams));
  });
}

function isComparison(result: ReturnType<typeof readResult>): boolean {
  return 'kind' in result && result.kind === 'compare';
}

interface MetricFlags {
  readonly metric?: RunMetric[];
}

/** A sweep is shown by metrics, everything else by percentiles. */
function shown(
  result: ReturnType<typeof readResult>,
  { metric, perVm }: ReportFlags & MetricFlags,
  command: Command,
): typeof result {
  if (!('kind' in result) || result.kind !== 'sweep') {
    if (metric === undefined) return result;
    throw usageError('--metric: is for sweeps; give --percentiles to choose those of this result');
  }
  if (command.getOptionValueSource('percentiles') === 'cli') {
    throw usageError('--percentiles: a sweep is shown by metrics; give --metric register.p99');
  }
  if (perVm) throw usageError('--per-vm: a sweep has no figures by VM; give the result of a fork');
  return metric === undefined ? result : summarizeSweep({ ...result, metrics: metric });
}
