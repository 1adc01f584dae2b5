import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../errors.js';
import { mergeSweeps } from '../measure/merge-sweeps.js';
import { gridSize } from '../model/grid.js';
import { renderSweep, sweepWarnings } from '../report/render.js';
import { counted, formatCount } from '../units.js';
import { tellWarnings } from './endings.js';
import { readSweep } from './read-result.js';
import { addOutputOptions, type ReportFlags, Reporting } from './report-options.js';
import { type Streams, tell } from './streams.js';
import {
  addThresholdOption,
  holdResult,
  type ThresholdFlags,
  thresholdsOf,
} from './threshold-options.js';

/** `irqbench merge`: the shards of a sweep, put together. */

const EXAMPLES = `
Points that are in none of the files are named, and the exit code is then 3.

Examples:
  irqbench sweep --backend sim --vary vms=100..1600:x2 --shard 1/2 --output 1.json
  irqbench sweep --backend sim --vary vms=100..1600:x2 --shard 2/2 --output 2.json
  irqbench merge 1.json 2.json --output sweep.json
  irqbench merge 1.json 2.json --fail-if 'register.p99 > 2ms'`;

export function addMergeCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  const command = program
    .command('merge')
    .argument('<shards...>', 'results of irqbench sweep --shard, saved as JSON')
    .summary('put the shards of a sweep together')
    .description(
      'Reads shards of one sweep in any order and prints them as the sweep that one process would ' +
        'have given.',
    );
  addThresholdOption(command);
  addOutputOptions(command);
  command.addHelpText('after', EXAMPLES);
  command.action(async (paths: string[], flags: MergeFlags) =>
    exit(await merge(paths, flags, streams)),
  );
}

type MergeFlags = ReportFlags & ThresholdFlags;

async function merge(
  paths: readonly string[],
  flags: MergeFlags,
  streams: Streams,
): Promise<ExitCode> {
  const reporting = new Reporting(flags, streams);
  const { thresholds } = thresholdsOf(flags, null);
  const result = mergeSweeps(paths.map((name) => ({ name, sweep: readSweep(name) })));
  const { format, options } = reporting;
  await reporting.write(result, streams, renderSweep(result, format, options.color));
  tellWarnings(sweepWarnings(result), format, streams);
  const { axes, failure, partial, points } = result;
  if (failure !== null) tell(streams, 'error', failure);
  if (partial) {
    const size = gridSize(axes);
    const missing = `${formatCount(size - points.length)} of ${counted(size, 'point')} are missing`;
    tell(streams, 'error', `${missing}: the result is partial`);
  }
  const ending = partial || failure !== null ? EXIT.runFailed : EXIT.done;
  return holdResult(thresholds, result, ending, streams);
}
