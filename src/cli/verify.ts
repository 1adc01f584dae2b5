import { type Command, Option } from 'commander';
import { EXIT, type ExitCode, usageError } from '../errors.js';
import { type ExplorerName, explorerNames } from '../model/verify-result.js';
import { renderVerify, VERIFY_FORMATS, type VerifyFormat } from '../report/verify-render.js';
import { formatCount, parseCount, parseDurationNs } from '../units.js';
import type { Budget } from '../verify/verify-lock.js';
import { interruptible } from './interrupts.js';
import { type Streams, tell, wantsColor, writeOut } from './streams.js';

/** `irqbench verify`: the interleavings of a lock, explored. */

interface VerifyFlags {
  readonly lock: string;
  readonly threads: number;
  readonly acquisitions: number;
  readonly preemptions: number;
  readonly explorer: ExplorerName;
  readonly budget: Budget;
  readonly seed: number;
  readonly spurious?: true;
  readonly replay?: string;
  readonly format: VerifyFormat;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  irqbench verify --lock mcs
  irqbench verify --lock linux-mutex --threads 2 --preemptions 4
  irqbench verify --lock ./mine.mjs --explorer pct --budget 1e5
  irqbench verify --lock ./mine.mjs --replay 3x2:a5b3c2a

What ends with exit code 4 is a violation, with the schedule that leads to it; what ends with 0 is
none within the bounds that are named. Steps are sequentially consistent, as JavaScript's Atomics are.`;

export function addVerifyCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('verify')
    .summary('explore the interleavings of a lock')
    .description(
      'Lets threads acquire and release a lock in every order within a bound, one operation on ' +
        'the shared memory at a time, and looks for whatever a lock must not do.',
    )
    .requiredOption(
      '--lock <name|file>',
      'the lock: a name (irqbench list strategies), or a module of your own',
    )
    .option('--threads <count>', 'threads, from 2 to 4', number('threads', 2, 4), 3)
    .option(
      '--acquisitions <count>',
      'how often each acquires the lock',
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
      new Option('--budget <time|schedules>', 'what a trial may take: 60s, or 1e6 schedules')
        .argParser(readBudget)
        .default(readBudget('60s'), '60s'),
    )
    .option('--seed <number>', 'what pct and random draw from', number('seed', 0, 0xffff_ffff), 1)
    .option('--spurious', 'waits may also end though nobody notified')
    .option('--replay <schedule>', 'run one schedule, as a violation printed it')
    .addOption(
      new Option('--format <name>', 'format of the output').choices(VERIFY_FORMATS).default('text'),
    )
    .option('--no-color', 'no colours (NO_COLOR=1 does the same)')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: VerifyFlags) => exit(await verify(flags, streams)));
}

async function verify(flags: VerifyFlags, streams: Streams): Promise<ExitCode> {
  const { verifyLock } = await import('../verify/verify-lock.js');
  const { spurious = false, replay = null, format, color, ...request } = flags;
  const result = await interruptible((signal) =>
    verifyLock({ ...request, spurious, replay }, signal),
  );
  await writeOut(streams, renderVerify(result, format, wantsColor(streams, color)));
  if (result.violation !== null) return EXIT.violation;
  if (!result.partial) return EXIT.done;
  tell(streams, 'error', 'interrupted: what was explored so far is printed');
  return EXIT.interrupted;
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
