import type { Command } from 'commander';
import { loadOwnBackend, ownBackend, ownBackendNames } from '../backends/registry.js';
import { runSweep } from '../backends/sweep.js';
import { EXIT, type ExitCode } from '../errors.js';
import { checkSamples } from '../gate/thresholds.js';
import { DEFAULT_SWEEP_METRICS, summarizeSweep } from '../measure/sweep.js';
import { type Shard, shareOf } from '../model/grid.js';
import type { RunMetric } from '../model/run-metric.js';
import { SCHEMA_VERSION } from '../model/run-result.js';
import type { SweepResult } from '../model/sweep-result.js';
import { optionKeys } from '../plan/options.js';
import { printSweep } from '../plan/print-plan.js';
import { type FlagValues, workloadOf } from '../plan/resolve.js';
import { type GridPoint, readSeeds, readShard, resolveSweep } from '../plan/sweep.js';
import {
  renderSweep,
  renderSweepHeader,
  renderSweepTextBody,
  sweepWarnings,
} from '../report/render.js';
import { counted, formatCount } from '../units.js';
import { VERSION } from '../version.js';
import {
  addBackendOptions,
  type BackendFlags,
  type ChosenBackend,
  chooseBackend,
  machineOf,
} from './backend-option.js';
import { checkPlatform, tellWarnings } from './endings.js';
import { interruptible } from './interrupts.js';
import { checkMetrics, metricOption } from './metric-option.js';
import { addOutputOptions, type ReportFlags, Reporting } from './report-options.js';
import { addRunOptions } from './run-options.js';
import { type Streams, tell, writeOut } from './streams.js';
import { createSweepLine } from './sweep-progress.js';
import {
  addThresholdOption,
  holdResult,
  type ThresholdFlags,
  thresholdsOf,
} from './threshold-options.js';

/** `irqbench sweep`: a run at each point of a grid over the run options. */

interface SweepFlags extends ReportFlags, BackendFlags, ThresholdFlags {
  readonly vary?: readonly string[];
  readonly seeds: number;
  readonly metric?: readonly RunMetric[];
  readonly shard?: Shard;
  readonly keepResults?: true;
  readonly quiet?: true;
  readonly printPlan?: true;
  readonly debug?: true;
}

const EXAMPLES = `
Values are separated by commas, or by semicolons where they have commas themselves; numbers may be
ranges: 100..1600:+300 counts in steps of 300, 100..1600:x2 doubles. Strategies are given as
compare takes them. The last --vary runs fastest.

Examples:
  irqbench sweep --backend sim --vary vms=100..1600:x2 --vary strategy=linux-6.2,linux-6.17
  irqbench sweep --backend sim --host icelake-144 --vary burst=10..80:x2 --vary lock=mutex,mcs,cna
  irqbench sweep --vary connect-cost=0,5us..80us:x4 --producers-per-vm 3 --strategy linux-6.17
  irqbench sweep --vary 'strategy=outside;outside,scope=token:64;index=xarray,lock=mcs'
  irqbench sweep --vary vms=0..800:+200 --seeds 5 --metric register.p99 --output sweep.json
  irqbench sweep --backend sim --vary lock=mutex,mcs --fail-if 'work.warnings > 0'
  irqbench sweep --backend sim --vary vms=100..1600:x2 --shard 1/4 --output 1.json
  irqbench merge 1.json 2.json 3.json 4.json                what four machines shared`;

export function addSweepCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  const command = program
    .command('sweep')
    .summary('run a grid over any run options')
    .description(
      'Runs one plan after the other, one for each combination of the values that --vary gives, ' +
        'and prints how the figures follow them.',
    )
    .option(
      '--vary <option=values>',
      'let a run option take these values, such as vms=100..1600:x2; repeatable',
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option(
      '--seeds <count>',
      'runs of each point, with the seed of the plan and those after it',
      readSeeds,
      1,
    )
    .addOption(metricOption(DEFAULT_SWEEP_METRICS.join(', ')))
    .option(
      '--shard <i/n>',
      'do every nth point alone, from the ith on (irqbench merge)',
      readShard,
    )
    .option('--keep-results', 'keep the whole result of each run in the JSON');
  addBackendOptions(command, ownBackendNames);
  addRunOptions(command, optionKeys);
  command
    .option(
      '--workload <file|name>',
      'take the options from a workload; flags and --vary override it',
    )
    .option('--print-plan', 'print the points and what they have in common, and run nothing')
    .option('--quiet', 'no progress and no notes on the standard error');
  addThresholdOption(command);
  addOutputOptions(command);
  command.addHelpText('after', EXAMPLES);
  command.action(async () => exit(await sweep(command.optsWithGlobals(), streams)));
}

async function sweep(flags: SweepFlags & FlagValues, streams: Streams): Promise<ExitCode> {
  const workload = workloadOf(flags);
  const backend = chooseBackend(flags, workload, ownBackendNames);
  const { vary = [], seeds, shard = null, metric = DEFAULT_SWEEP_METRICS } = flags;
  const plan = resolveSweep(vary, flags, seeds, backend.host, workload);
  const share = new Set(shareOf(plan.axes, shard));
  const points = plan.points.filter(({ index }) => share.has(index));
  const { given, thresholds } = thresholdsOf(flags, plan.first.workload);
  for (const { name, plan: own } of points)
    checkSamples(thresholds, { name, plan: own, base: null });
  checkMetrics(flags.metric ?? [], plan.points);
  if (flags.printPlan) {
    const format = flags.format === 'json' ? 'json' : 'text';
    await writeOut(streams, printSweep(plan, points, format, given));
    return EXIT.done;
  }
  checkPlatform();
  const reporting = new Reporting(flags, streams);
  const begun: Omit<SweepResult, 'points' | 'partial' | 'failure' | 'growth'> = {
    schemaVersion: SCHEMA_VERSION,
    kind: 'sweep',
    tool: { name: 'irqbench', version: VERSION },
    backend: ownBackend(backend.name),
    environment: machineOf(backend),
    axes: [...plan.axes],
    plan: plan.first.plan,
    seeds,
    metrics: [...metric],
    keepsResults: flags.keepResults === true,
    shard,
    warnings: [],
  };
  const result = await interruptible((signal) =>
    measure(begun, points, backend, flags, reporting, streams, signal),
  );
  return holdResult(thresholds, result, endingOf(result, points.length, streams), streams);
}

async function measure(
  begun: Omit<SweepResult, 'points' | 'partial' | 'failure' | 'growth'>,
  points: readonly GridPoint[],
  backend: ChosenBackend,
  flags: SweepFlags,
  reporting: Reporting,
  streams: Streams,
  signal: AbortSignal,
): Promise<SweepResult> {
  const { color } = reporting.options;
  let isHeaderOut = false;
  const progress = createSweepLine(streams, !flags.quiet);
  const run = await loadOwnBackend(ownBackend(backend.name), backend);
  let done: SweepResult['points'];
  try {
    done = await runSweep(points, run, {
      seeds: begun.seeds,
      keepsResults: begun.keepsResults,
      signal,
      onBegin: async () => {
        if (reporting.format !== 'text') return;
        isHeaderOut = true;
        const plans = points.map(({ plan }) => plan);
        await writeOut(streams, renderSweepHeader({ ...begun, plans }, color));
      },
      onDeath: (thrown) => {
        if (flags.debug && thrown instanceof Error) streams.stderr.write(`${thrown.stack}\n`);
      },
      onProgress: progress.show,
    });
  } finally {
    progress.end();
  }
  const result = summarizeSweep({ ...begun, points: done });
  const report = isHeaderOut
    ? renderSweepTextBody(result, color)
    : renderSweep(result, reporting.format, color);
  await reporting.write(result, streams, report);
  if (!flags.quiet) tellWarnings(sweepWarnings(result), reporting.format, streams);
  return result;
}

function endingOf({ failure, partial, points }: SweepResult, share: number, streams: Streams) {
  if (failure !== null) tell(streams, 'error', failure);
  if (partial) {
    const of = `${formatCount(points.length)} of ${counted(share, 'point')}`;
    tell(streams, 'error', `interrupted: the result is partial, with ${of}`);
    return EXIT.interrupted;
  }
  return failure === null ? EXIT.done : EXIT.runFailed;
}
