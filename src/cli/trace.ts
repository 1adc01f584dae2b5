import { release } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode, machineError, usageError } from '../errors.js';
import { GUIDE_FORMATS, type GuideFormat, renderGuide } from '../report/trace-render.js';
import { guideTo, type TraceHost, thisHost } from '../system/trace-commands.js';
import { parseDurationNs } from '../units.js';
import { type Streams, writeOut } from './streams.js';

/** `irqbench trace`: how to measure on a real host what irqbench models. Runs nothing. */

const EXAMPLES = `
Nothing is run: the commands are for the host that has the problem, as root.

Examples:
  irqbench trace                                  for the kernel that runs here
  irqbench trace --kernel 6.2.20 --duration 10s   for another host
  irqbench trace > trace.sh
  irqbench import trace.log                       reads what the commands print`;

const DEFAULT_DURATION = '60s';
const MAX_SECONDS = 86_400;

interface TraceFlags {
  readonly kernel?: string;
  readonly duration: number;
  readonly format: GuideFormat;
}

export function addTraceCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('trace')
    .summary('print the commands that measure a real host')
    .description(
      'Prints the funclatency, bpftrace and perf commands that measure on a real host what ' +
        'irqbench models, for the kernel that runs here or for another one.',
    )
    .option(
      '--kernel <release>',
      'the kernel of the host to trace (default: the one that runs here)',
    )
    .addOption(
      new Option('--duration <time>', 'how long each command traces, in whole seconds')
        .argParser(readSeconds)
        .default(readSeconds(DEFAULT_DURATION), DEFAULT_DURATION),
    )
    .addOption(
      new Option('--format <name>', 'format of the output').choices(GUIDE_FORMATS).default('text'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (flags: TraceFlags) => {
      const guide = guideTo(hostOf(flags, streams), flags.duration);
      if (guide === undefined) {
        throw usageError(`--kernel: "${flags.kernel}" is no release; give one such as 6.2.20`);
      }
      await writeOut(streams, renderGuide(guide, flags.format));
      exit(EXIT.done);
    });
}

function hostOf({ kernel }: TraceFlags, { env }: Streams): TraceHost {
  if (kernel !== undefined) return { release: kernel, symbols: undefined, tracing: null };
  if (process.platform === 'linux') return thisHost(release(), env);
  throw machineError(
    `this is ${process.platform}, not Linux: name the host's kernel with --kernel`,
  );
}

function readSeconds(text: string): number {
  const seconds = (parseDurationNs(text) ?? 0) / 1e9;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS) return seconds;
  throw new InvalidArgumentError('Give whole seconds, such as 10s or 2m.');
}
