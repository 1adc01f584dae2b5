import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RunOptions } from '../backends/backend.js';
import { ownBackendNames } from '../backends/registry.js';
import type { InterleavedResult } from '../backends/threads/interleave.js';
import { EXIT, type ExitCode, usageError } from '../errors.js';
import { checkSamples, type Threshold } from '../gate/thresholds.js';
import { roundLacksSamples } from '../measure/sample-counts.js';
import { type CompareResult, type RoundMetric, roundMetrics } from '../model/compare-result.js';
import type { AnyResult } from '../model/real-result.js';
import type { RunPlan } from '../model/run-plan.js';
import { type ComparisonPlan, type Contender, resolveComparison } from '../plan/comparison.js';
import { optionKeys, strategyKeys } from '../plan/options.js';
import { printComparison } from '../plan/print-plan.js';
import { type FlagValues, workloadOf } from '../plan/resolve.js';
import {
  compareWarnings,
  renderCompare,
  renderCompareHeader,
  renderCompareTextBody,
} from '../report/render.js';
import { DEFAULT_METRICS } from '../stats/compare.js';
import {
  addBackendOptions,
  type BackendFlags,
  type ChosenBackend,
  chooseBackend,
  machineOf,
} from './backend-option.js';
import { type CompareTerms, compareResultOf } from './compare-result.js';
import { checkPlatform, endingOf, tellWarnings } from './endings.js';
import { interruptible } from './interrupts.js';
import { noiseOption } from './noise-option.js';
import { createProgressLine } from './progress.js';
import { readRun } from './read-result.js';
import { addReportOptions, type ReportFlags, Reporting } from './report-options.js';
import { addRunOptions } from './run-options.js';
import { type Streams, tell, writeOut } from './streams.js';
import {
  addThresholdOption,
  holdResult,
  type ThresholdFlags,
  thresholdsOf,
} from './threshold-options.js';

/** `irqbench compare`: several strategies on one host, a round of each in turn. */

interface CompareFlags extends ReportFlags, BackendFlags, ThresholdFlags, CompareTerms {
  readonly matrix?: readonly string[];
  readonly quiet?: true;
  readonly printPlan?: true;
  readonly debug?: true;
}

const EXAMPLES = `
A strategy is a preset (irqbench list strategies), axes such as index=xarray,lock=mcs, a preset
with axes that differ (outside,scope=token:64), a file that fork saved as JSON, or what a tracer
printed on a real host (irqbench trace). The first is the reference that the others are compared
with.

Examples:
  irqbench compare linux-6.2 linux-6.17 sharded outside no-bypass --vms 800 --burst 20
  irqbench compare linux-6.17 lock=./mine.mjs               a lock of your own (irqbench init)
  irqbench compare linux-6.17 linux-6.17                    what the machine alone makes of it
  irqbench compare --matrix index=list,xarray lock=mutex,mcs
  irqbench compare trace.log linux-6.2 linux-6.17           a real host beside strategies
  irqbench compare linux-6.2 linux-6.17 --backend sim       on a host of 96 CPUs, simulated
  irqbench compare linux-6.2 outside --fail-if 'register.p95 > base / 2'   base is the first
  irqbench compare before.json after.json --metric register.mean --output comparison.md`;

export function addCompareCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  const command = program
    .command('compare')
    .argument('[strategies...]', 'the reference, and what is compared with it')
    .summary('compare strategies, with statistics')
    .description(
      'Runs strategies on hosts of their own in one process, a round of each in turn and in ' +
        'random order, and says of each whether it is faster than the first: a rank test over ' +
        'the rounds, and a ratio whose interval is beyond the noise.',
    )
    .option(
      '--matrix <axis=values...>',
      'also compare every combination, such as index=list,xarray lock=mutex,mcs',
    )
    .addOption(
      new Option(
        '--metric <name>',
        `compare by this figure of a round; repeatable (default: ${DEFAULT_METRICS.join(', ')})`,
      ).argParser(readMetric),
    )
    .addOption(noiseOption('5%'));
  // A kernel cannot be changed from round to round: its results are compared as files.
  addBackendOptions(command, ownBackendNames);
  addRunOptions(
    command,
    optionKeys.filter((key) => !strategyKeys.some((own) => own === key)),
  );
  command
    .option('--workload <file|name>', 'take the options from a workload; its strategy is left out')
    .option('--print-plan', 'print the resolved plan and the strategies, and run nothing')
    .option('--quiet', 'no progress and no notes on the standard error');
  addThresholdOption(command);
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES);
  command.action(async (texts: string[]) =>
    exit(await compare(texts, command.optsWithGlobals(), streams)),
  );
}

function readMetric(text: string, before: readonly RoundMetric[] = []): RoundMetric[] {
  const metric = roundMetrics.find((name) => name === text);
  if (metric === undefined) {
    throw new InvalidArgumentError(`Give one of ${roundMetrics.join(', ')}.`);
  }
  return [...before, metric];
}

async function compare(
  texts: readonly string[],
  flags: CompareFlags & FlagValues,
  streams: Streams,
): Promise<ExitCode> {
  const workload = workloadOf(flags);
  const backend = chooseBackend(flags, workload, ownBackendNames);
  const comparison = resolveComparison(texts, flags.matrix ?? [], flags, backend.host, workload);
  const { given, thresholds } = thresholdsOf(flags, comparison.common.workload, true);
  checkFigures(comparison, thresholds, flags.metric ?? []);
  if (flags.printPlan) {
    const format = flags.format === 'json' ? 'json' : 'text';
    await writeOut(streams, printComparison(comparison, format, given));
    return EXIT.done;
  }
  checkPlatform();
  const reporting = new Reporting(flags, streams);
  for (const refused of flags.quiet ? [] : comparison.refused) tell(streams, 'note', refused);
  const saved = new Map(
    comparison.contenders.flatMap(({ file }) =>
      file === null ? [] : [[file, readRun(file, reporting.options.percentiles)]],
    ),
  );
  return interruptible(async (signal) => {
    const { runs, order } = await measure(
      comparison,
      backend,
      saved,
      flags,
      reporting,
      streams,
      signal,
    );
    const result = compareResultOf(comparison, runs, order, flags);
    const isHeaderOut = reporting.format === 'text';
    const report = isHeaderOut
      ? renderCompareTextBody(result, reporting.options)
      : renderCompare(result, reporting.format, reporting.options);
    await reporting.write(result, streams, report);
    if (!flags.quiet) tellWarnings(compareWarnings(result), reporting.format, streams);
    return holdResult(thresholds, result, endingOf(result, streams), streams);
  });
}

/**
 * What the strategies cannot have the samples for. Of results that were saved it is told when they
 * are read.
 * @throws IrqbenchError (2) that names the threshold or the metric
 */
function checkFigures(
  { common: { plan }, contenders }: ComparisonPlan,
  thresholds: readonly Threshold[],
  metrics: readonly RoundMetric[],
): void {
  if (contenders.every((contender) => contender.plan === null)) return;
  const base = contenders[0]?.plan ?? null;
  checkSamples(thresholds, { name: null, plan, base });
  for (const metric of metrics) {
    const why = roundLacksSamples(plan, metric);
    if (why !== null) throw usageError(`--metric ${metric}: ${why}`);
  }
}

interface Measured {
  readonly runs: CompareResult['runs'];
  readonly order: CompareResult['order'];
}

async function measure(
  { contenders, common }: ComparisonPlan,
  backend: ChosenBackend,
  saved: ReadonlyMap<string, AnyResult>,
  flags: CompareFlags,
  reporting: Reporting,
  streams: Streams,
  signal: AbortSignal,
): Promise<Measured> {
  const live = contenders.flatMap((contender) => (contender.plan === null ? [] : [contender]));
  const progress = createProgressLine(streams, !flags.quiet);
  const options: RunOptions = {
    percentiles: reporting.options.percentiles,
    signal,
    onBegin: () => writeHeader(contenders, backend, saved, reporting, streams),
    onDeath: (thrown) => {
      if (flags.debug && thrown instanceof Error) streams.stderr.write(`${thrown.stack}\n`);
    },
    onProgress: progress.show,
  };
  if (live.length === 0) {
    await options.onBegin();
    return { runs: contenders.map((contender) => savedRun(contender, saved)), order: [] };
  }
  try {
    const plans = live.map(({ plan }) => plan);
    const { results, order } = await runAll(plans, backend, common.plan.seed, options);
    return {
      runs: contenders.map((contender) => {
        if (contender.plan === null) return savedRun(contender, saved);
        const result = results[live.indexOf(contender)] as AnyResult;
        return { label: contender.label, file: null, result };
      }),
      order: order.map((turns) => turns.map((place) => (live[place] as Contender).label)),
    };
  } finally {
    progress.end();
  }
}

async function runAll(
  plans: readonly RunPlan[],
  { host }: ChosenBackend,
  seed: number,
  options: RunOptions,
): Promise<InterleavedResult> {
  if (host === null) {
    const { runInterleaved } = await import('../backends/threads/interleave.js');
    return runInterleaved(plans, seed, options);
  }
  const { compareSim } = await import('../backends/sim/compare.js');
  return { results: await compareSim(plans, { ...options, host }), order: [] };
}

function savedRun({ label, file }: Contender, saved: ReadonlyMap<string, AnyResult>) {
  return { label, file, result: saved.get(file ?? '') as AnyResult };
}

async function writeHeader(
  contenders: readonly Contender[],
  backend: ChosenBackend,
  saved: ReadonlyMap<string, AnyResult>,
  { format, options }: Reporting,
  streams: Streams,
): Promise<void> {
  if (format !== 'text') return;
  const here = machineOf(backend);
  const subjects = contenders.map(({ label, plan, file }) => {
    if (plan !== null) return { label, plan };
    const { plan: was, environment, backend } = saved.get(file) as AnyResult;
    return { label, plan: was, environment, backend };
  });
  const environment = contenders.some(({ plan }) => plan !== null)
    ? here
    : (subjects.find((subject) => subject.environment)?.environment ?? null);
  const { color } = options;
  await writeOut(streams, renderCompareHeader(subjects, environment, color, backend.name));
}
