import { type Command, Option } from 'commander';
import { EXIT, type ExitCode, usageError } from '../errors.js';
import { type ExplorerName, explorerNames, type VerifyResult } from '../model/verify-result.js';
import { listScenarios, loadScenario } from '../plan/scenario-file.js';
import { readStrategy } from '../plan/strategy-text.js';
import { renderVerify, VERIFY_FORMATS, type VerifyFormat } from '../report/verify-render.js';
import { counted, formatCount, parseCount, parseDurationNs } from '../units.js';
import type { Budget, OnProgress } from '../verify/session.js';
import { interruptible } from './interrupts.js';
import { createStatusLine } from './progress.js';
import { type Streams, tell, wantsColor, writeOut } from './streams.js';

/** `irqbench verify`: the interleavings of a strategy's manager, or of a lock alone, explored. */

interface VerifyFlags {
  readonly strategy?: string;
  readonly scenario?: readonly string[];
  readonly stepLocks?: true;
  readonly lock?: string;
  readonly threads: number;
  readonly acquisitions: number;
  readonly preemptions: number;
  readonly explorer: ExplorerName;
  readonly budget: Budget;
  readonly seed: number;
  readonly spurious?: true;
  readonly replay?: string;
  readonly format: VerifyFormat;
  readonly quiet?: true;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  irqbench verify --strategy outside
  irqbench verify --strategy outside,index=hlist --scenario token-reuse --step-locks
  irqbench verify --strategy linux-6.17 --scenario ./mine.yaml --format json
  irqbench verify --lock mcs
  irqbench verify --lock ./mine.mjs --explorer pct --budget 1e5
  irqbench verify --lock ./mine.mjs --replay 3x2:a5b3c2a

What ends with exit code 4 is a violation, with the schedule that leads to it; what ends with 0 is
none within the bounds that are named. Steps are sequentially consistent, as JavaScript's Atomics are.
A strategy's locks are taken in one step each, since locks are verified on their own (--lock).`;

export function addVerifyCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  const command = program
    .command('verify')
    .summary('explore the interleavings of a manager or of a lock')
    .description(
      "Lets threads use a strategy's manager as scenarios say, or acquire and release a lock, in " +
        'every order within a bound, one operation on the shared memory at a time, and looks for ' +
        'whatever must not happen.',
    )
    .option(
      '--strategy <strategy>',
      'the manager: a preset, or with axes that differ, outside,index=hlist (irqbench list strategies)',
    )
    .option(
      '--scenario <name|file>',
      'what its threads do, once or more often (irqbench list scenarios); all of them if not given',
      (given: string, before: readonly string[] = []) => [...before, given],
    )
    .option('--step-locks', "step through the strategy's own locks as well")
    .option(
      '--lock <name|file>',
      'a lock alone: a name (irqbench list strategies), or a module of your own',
    )
    .option('--threads <count>', 'with --lock: threads, from 2 to 4', number('threads', 2, 4), 3)
    .option(
      '--acquisitions <count>',
      'with --lock: how often each acquires it',
      number('acquisitions', 1, 16),
      2,
    )
    .option(
      '--preemptions <count>',
      'the bound of dfs; for pct, how often priorities change',
      number('preemptions', 0, 16),
      3,
    )
    .addOption(
      new Option(
        '--explorer <name>',
        'dfs: every schedule within the bound, shortest first; pct: drawn priorities; random: a random walk',
      )
        .choices(explorerNames)
        .default('dfs'),
    )
    .addOption(
      new Option(
        '--budget <time|schedules>',
        'what a scenario or a trial may take: 60s, or 1e6 schedules',
      )
        .argParser(readBudget)
        .default(readBudget('60s'), '60s'),
    )
    .option('--seed <number>', 'what pct and random draw from', number('seed', 0, 0xffff_ffff), 1)
    .option('--spurious', 'waits may also end though nobody notified')
    .option('--replay <schedule>', 'run one schedule, as a violation printed it')
    .addOption(
      new Option('--format <name>', 'format of the output').choices(VERIFY_FORMATS).default('text'),
    )
    .option('--quiet', 'no progress on the standard error')
    .option('--no-color', 'no colours (NO_COLOR=1 does the same)')
    .addHelpText('after', EXAMPLES);
  command.action(async (flags: VerifyFlags) => {
    checkSubject(flags, (name) => command.getOptionValueSource(name) === 'cli');
    exit(await verify(flags, streams));
  });
}

/** Either a strategy or a lock, each with the options that are about it. */
function checkSubject({ strategy, lock }: VerifyFlags, isGiven: (name: string) => boolean): void {
  if (strategy === undefined && lock === undefined)
    throw usageError('verify: nothing to verify; give --strategy <strategy> or --lock <name|file>');
  if (strategy !== undefined && lock !== undefined)
    throw usageError(
      `--lock ${lock}: with a strategy its lock is an axis; give --strategy ${strategy},lock=${lock}`,
    );
  const [foreign, remedy] =
    lock === undefined
      ? [['threads', 'acquisitions'], 'is for a lock alone; a scenario says what threads do']
      : [
          ['scenario', 'stepLocks'],
          'is for a strategy; give --strategy <strategy> instead of --lock',
        ];
  const wrong = foreign.find(isGiven);
  if (wrong === undefined) return;
  throw usageError(`--${wrong === 'stepLocks' ? 'step-locks' : wrong}: ${remedy}`);
}

async function verify(flags: VerifyFlags, streams: Streams): Promise<ExitCode> {
  const status = createStatusLine(streams, !flags.quiet);
  const onProgress: OnProgress = (trial, { schedules, states }) =>
    status.show(() => {
      const told = states === null ? '' : `, ${counted(states, 'state')}`;
      return `${trial}: ${counted(schedules, 'schedule')}${told}`;
    });
  let result: VerifyResult;
  try {
    result = await interruptible((signal) => explore(flags, signal, onProgress));
  } finally {
    status.end();
  }
  await writeOut(streams, renderVerify(result, flags.format, wantsColor(streams, flags.color)));
  if (result.violation !== null) return EXIT.violation;
  if (!result.partial) return EXIT.done;
  tell(streams, 'error', 'interrupted: what was explored so far is printed');
  return EXIT.interrupted;
}

async function explore(
  flags: VerifyFlags,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<VerifyResult> {
  const { strategy, lock, threads, acquisitions, replay = null, spurious = false } = flags;
  const { preemptions, explorer, budget, seed, stepLocks = false } = flags;
  const exploration = { preemptions, explorer, budget, seed, spurious };
  if (lock !== undefined) {
    const { verifyLock } = await import('../verify/verify-lock.js');
    return verifyLock({ ...exploration, lock, threads, acquisitions, replay }, signal, onProgress);
  }
  const { verifyStrategy } = await import('../verify/verify-strategy.js');
  const { readScenarioReplay } = await import('../verify/replay.js');
  const strategyText = strategy as string;
  const schedule = replay === null ? null : readScenarioReplay(replay);
  const names = flags.scenario ?? (schedule === null ? [] : [schedule.name]);
  if (schedule !== null && names.length > 1)
    throw usageError('--replay: a schedule is of one scenario; give --scenario once');
  return verifyStrategy(
    {
      ...exploration,
      strategy: readStrategy(strategyText, '--strategy'),
      strategyText,
      scenarios: names.length === 0 ? listScenarios() : names.map(loadScenario),
      stepsLocks: stepLocks,
      replay: schedule,
    },
    signal,
    onProgress,
  );
}

function number(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = parseCount(text);
    if (value !== undefined && value >= min && value <= max) return value;
    throw usageError(`--${name} ${text}: give a whole number from ${min} to ${formatCount(max)}`);
  };
}

function readBudget(text: string): Budget {
  const ns = parseDurationNs(text);
  if (ns !== undefined && ns > 0) return { ms: ns / 1e6, schedules: null, text };
  const schedules = /^\d+(\.\d+)?e\d+$/.test(text) ? Number(text) : parseCount(text);
  if (Number.isSafeInteger(schedules) && (schedules as number) > 0)
    return { ms: null, schedules: schedules as number, text };
  throw usageError(`--budget ${text}: give a time such as 60s, or schedules such as 1e6`);
}
