import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { RunOptions } from '../backends/backend.js';
import { ownBackendNames } from '../backends/registry.js';
import { EXIT, type ExitCode, usageError } from '../errors.js';
import { readBaseline } from '../gate/baseline-file.js';
import { gateResultOf, type Held } from '../gate/findings.js';
import { fingerprintOf, hostOf } from '../gate/fingerprint.js';
import { type GateTerms, holdResult, prospectOf } from '../gate/gate.js';
import type { Subject } from '../gate/hold.js';
import { metricOf } from '../gate/metrics.js';
import { checkSamples } from '../gate/thresholds.js';
import { describeEnvironment } from '../measure/environment.js';
import type { RunMetric } from '../model/run-metric.js';
import { optionKeys } from '../plan/options.js';
import { printPlan } from '../plan/print-plan.js';
import {
  type FlagValues,
  type GivenTexts,
  type ResolvedPlan,
  resolvePlan,
  workloadOf,
} from '../plan/resolve.js';
import { spellCompared } from '../plan/spell-plan.js';
import type { Workload } from '../plan/workload-file.js';
import { parseCount } from '../units.js';
import { addBackendOptions, type ChosenBackend, chooseBackend } from './backend-option.js';
import { checkPlatform, endingOf } from './endings.js';
import { acceptCommand, type GateFlags, givenRunFlags } from './gate-flags.js';
import { addGateReportOptions, GateReporting } from './gate-options.js';
import { holdLive } from './gate-run.js';
import { interruptible } from './interrupts.js';
import { noiseOption } from './noise-option.js';
import { prepareFile } from './output-file.js';
import { createProgressLine } from './progress.js';
import { readRun } from './read-result.js';
import { DEFAULT_PERCENTILES, parsePercentiles } from './report-options.js';
import { addRunOptions } from './run-options.js';
import { sampleLive, sampleSaved, saveBaseline } from './save-baseline.js';
import { type Streams, writeOut } from './streams.js';
import { addThresholdOption, thresholdsOf } from './threshold-options.js';

/** `irqbench gate`: a run held against a baseline and thresholds, for continuous integration. */

/**
 * What of a run is the code's, and not the memory's or the scheduler's, which other machines' users
 * share: a list that the cache of one core holds, and nobody who waits for a CPU. Between sessions
 * latencies vary by 3 % so, and by 10 to 50 % with 800 VMs and 20 threads on 2 CPUs. Contention is
 * for the simulator, to the digit.
 */
const ON_THREADS: GivenTexts = {
  source: 'gate',
  whose: "the gate's",
  texts: { vms: '10', burst: '1', holdNs: '1ms', rounds: '20' },
};
/** Sessions that are measured, to save a baseline and to hold one attempt against it. */
const SAVED_SESSIONS = 40;
const HELD_SESSIONS = 20;
/** With fewer no interval can be told. */
const FEWEST_SESSIONS = 6;
const MAX_SESSIONS = 100;
const MAX_RETRIES = 10;
/** What reports read of a run; thresholds take others from its histograms. */
const PERCENTILES = parsePercentiles(DEFAULT_PERCENTILES);

const EXAMPLES = `
Evidence is of three kinds, which are never mixed: deterministic (work counters, and of a simulated
host every figure: any change is a change), statistical (latencies on threads, as multiples of a
yardstick that the same threads measure in every round: a rank test and an interval beyond --noise,
measured anew before it fails; on a small host unless --vms and --burst say otherwise) and absolute
(--fail-if). A baseline of another machine or Node holds the first kind alone, and says so.

Exit codes: 0 all of it holds, 5 a regression or a threshold that was crossed.

Examples:
  irqbench gate --save-baseline base.json --strategy linux-6.17
  irqbench gate --baseline base.json --strategy linux-6.17
  irqbench gate --baseline base.json --strategy linux-6.17 --fault slow-lock=1.5   to see it fail
  irqbench gate --workload ci                                seconds, the same on every machine
  irqbench gate --backend sim --save-baseline sim.json --strategy outside
  irqbench gate --fail-if 'register.p95 > 2ms' --strategy linux-6.17
  irqbench gate result.json --baseline base.json --allow work.nodesVisited
  irqbench gate --workload ci --github --output junit.xml    for continuous integration`;

export function addGateCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  const command = program
    .command('gate')
    .argument('[results...]', 'results that fork saved as JSON, instead of a run')
    .summary('hold a run against a baseline and thresholds, for CI')
    .description(
      'Holds a run against a baseline that was saved before, and against thresholds, and ends with ' +
        'exit code 5 where it does not hold.',
    )
    .option('--baseline <file>', 'what the run is held against')
    .option('--save-baseline <file>', 'measure, and save what later runs are held against')
    .option(
      '--allow <metric>',
      'let a metric be other than in the baseline; repeatable',
      (text: string, before: readonly RunMetric[] = []) => [...before, metricOf(text).path],
    )
    .addOption(noiseOption('10%'))
    .option(
      '--retries <count>',
      'measure anew what seems to be a regression, so often',
      readCount(0, MAX_RETRIES),
      1,
    )
    .option(
      '--sessions <count>',
      `sessions on threads, each on memory of its own (default: ${HELD_SESSIONS}, ${SAVED_SESSIONS} to save a baseline)`,
      readCount(FEWEST_SESSIONS, MAX_SESSIONS),
    );
  addBackendOptions(command, ownBackendNames);
  addRunOptions(command, optionKeys);
  command
    .option(
      '--workload <file|name>',
      'take the options from a workload, which may name a baseline and thresholds as well',
    )
    .option('--print-plan', 'print the resolved plan, and run nothing')
    .option('--quiet', 'no progress and no notes on the standard error');
  addThresholdOption(command);
  addGateReportOptions(command);
  command.addHelpText('after', EXAMPLES);
  command.action(async (files: string[]) =>
    exit(await gate(files, command.optsWithGlobals(), streams)),
  );
}

function readCount(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = parseCount(text);
    if (count !== undefined && count >= least && count <= most) return count;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

async function gate(
  files: readonly string[],
  flags: GateFlags & FlagValues,
  streams: Streams,
): Promise<ExitCode> {
  checkFlags(files, flags);
  const workload = workloadOf(flags);
  const backend = chooseBackend(flags, workload, ownBackendNames);
  const command = backend.name === 'threads' ? ON_THREADS : null;
  const resolved = resolvePlan(flags, backend.host, workload, command);
  if (flags.printPlan) {
    const format = flags.format === 'json' ? 'json' : 'text';
    const { given, thresholds } = thresholdsOf(flags, workload, true);
    if (files.length === 0) {
      checkSamples(thresholds, { name: null, plan: resolved.plan, base: null });
    }
    await writeOut(streams, printPlan(resolved, format, given));
    return EXIT.done;
  }
  checkPlatform();
  return flags.saveBaseline === undefined
    ? hold(files, resolved, backend, flags, streams)
    : save(flags.saveBaseline, files, resolved, backend, flags, streams);
}

/** What contradicts itself. */
function checkFlags(files: readonly string[], flags: GateFlags & FlagValues): void {
  const [runFlag] = givenRunFlags(flags);
  if (files.length > 0 && runFlag !== undefined) {
    throw usageError(
      `${runFlag}: nothing is run where results are given; leave out one of the two`,
    );
  }
  if (flags.saveBaseline === undefined) return;
  if (flags.baseline !== undefined) {
    throw usageError('--save-baseline: makes a baseline, and --baseline is held; give one of them');
  }
  if (files.length > 1) throw usageError('--save-baseline: is of one run; give one result');
}

async function save(
  path: string,
  files: readonly string[],
  { plan }: ResolvedPlan,
  backend: ChosenBackend,
  flags: GateFlags,
  streams: Streams,
): Promise<ExitCode> {
  const target = prepareFile('--save-baseline', path);
  const [file] = files;
  if (file !== undefined) return saveBaseline(sampleSaved(file, PERCENTILES), target, streams);
  const sample = await measuring(flags, streams, (run) =>
    sampleLive(plan, backend, flags.sessions ?? SAVED_SESSIONS, run),
  );
  return saveBaseline(sample, target, streams);
}

async function hold(
  files: readonly string[],
  { plan, workload }: ResolvedPlan,
  backend: ChosenBackend,
  flags: GateFlags & FlagValues,
  streams: Streams,
): Promise<ExitCode> {
  const terms = termsOf(flags, workload);
  const reporting = new GateReporting(flags, streams);
  const report = async (held: readonly Held[]): Promise<ExitCode> => {
    const file = terms.baseline?.file ?? null;
    const accept = file === null ? null : acceptCommand(flags, files, file);
    const result = gateResultOf(held, file, accept);
    await reporting.write(result, streams);
    const ending = endingOf(result, streams);
    if (ending !== EXIT.done) return ending;
    const [untold] = held.flatMap((one) => one.untold);
    if (untold) throw untold;
    return result.passed ? EXIT.done : EXIT.crossed;
  };
  if (files.length > 0) return report(files.map((file) => holdSaved(file, terms)));
  const base = terms.baseline?.content.plan ?? null;
  checkSamples(terms.thresholds, { name: null, plan, base });
  const prospect = prospectOf(terms, await subjectOf(plan, backend));
  const { sessions = HELD_SESSIONS, noise, retries } = flags;
  const held = await measuring(flags, streams, (run) =>
    holdLive(plan, backend, terms, prospect, { sessions, noise, retries, run }),
  );
  return report([held]);
}

/** @throws IrqbenchError (2) where there is nothing to hold a run against */
function termsOf(flags: GateFlags, workload: Workload | null): GateTerms {
  const file = flags.baseline ?? baselineOfWorkload(workload);
  const baseline = file === null ? null : { file, content: readBaseline(file) };
  const { thresholds } = thresholdsOf(flags, workload, baseline !== null);
  if (baseline === null && thresholds.length === 0) {
    throw usageError(
      'gate: there is nothing to hold the run against; give --baseline FILE (made by --save-baseline FILE) or --fail-if',
    );
  }
  return { baseline, thresholds, allowed: new Set(flags.allow), spell: spellCompared };
}

/** From where the workload is. */
function baselineOfWorkload(workload: Workload | null): string | null {
  const setting = workload?.settings.baseline;
  return workload && setting ? join(dirname(workload.path), setting.value) : null;
}

async function subjectOf(plan: ResolvedPlan['plan'], backend: ChosenBackend): Promise<Subject> {
  const { name, host } = backend;
  if (name !== 'threads') return { backend: name, host: hostOf(host), plan, clock: null };
  const { YARDSTICK_VERSION } = await import('../backends/threads/yardstick.js');
  const machine = fingerprintOf(describeEnvironment());
  return { backend: name, host: null, plan, clock: { machine, yardstick: YARDSTICK_VERSION } };
}

function holdSaved(file: string, terms: GateTerms): Held {
  const result = readRun(file, PERCENTILES);
  const { backend, environment, plan, failure, partial } = result;
  const prospect = prospectOf(terms, { backend, host: hostOf(environment), plan, clock: null });
  const one = { label: file, file, result };
  return { ...one, prospect, ...holdResult(terms, prospect, one), failure, partial };
}

/** Runs something with a line of progress, until it ends or is interrupted. */
function measuring<T>(
  flags: GateFlags,
  streams: Streams,
  work: (options: RunOptions) => Promise<T>,
): Promise<T> {
  const progress = createProgressLine(streams, !flags.quiet);
  return interruptible(async (signal) => {
    try {
      return await work({
        percentiles: PERCENTILES,
        signal,
        onBegin: async () => {},
        onDeath: (thrown) => {
          if (flags.debug && thrown instanceof Error) streams.stderr.write(`${thrown.stack}\n`);
        },
        onProgress: progress.show,
      });
    } finally {
      progress.end();
    }
  });
}
