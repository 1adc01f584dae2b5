import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode } from '../errors.js';
import { importTrace } from '../import/result.js';
import type { RealResult } from '../model/real-result.js';
import { render } from '../report/render.js';
import { formatCount, parseCount } from '../units.js';
import { tellWarnings } from './endings.js';
import { readInput } from './read-result.js';
import { addReportOptions, type ReportFlags, Reporting } from './report-options.js';
import { type Streams, tell } from './streams.js';
import {
  addThresholdOption,
  holdResult,
  type ThresholdFlags,
  thresholdsOf,
} from './threshold-options.js';

/** `irqbench import`: what a tracer printed on a real host, as a result. */

const EXAMPLES = `
Reads bcc funclatency, bpftrace hist(), perf lock contention (table or -x CSV) and the lines of
kvm_irqfd_fork, any number of each in one log; irqbench trace prints the commands.

Examples:
  irqbench import trace.log
  irqbench import trace.log --output trace.json && irqbench report trace.json --format markdown
  irqbench import reproducer.log --tsc-hz 2.5G
  irqbench import vm-creation.log --register kvm_vm_create_worker_thread
  irqbench import trace.log --fail-if 'register.p99 > 8ms'
  ssh host sudo funclatency -d 60 irq_bypass_register_consumer | irqbench import -`;

const UNITS = { ns: 1, us: 1e3, ms: 1e6 } as const;

interface ImportFlags extends ReportFlags, ThresholdFlags {
  readonly tscHz?: number;
  readonly samples?: number;
  readonly unit?: keyof typeof UNITS;
  readonly register?: string;
  readonly deregister?: string;
  readonly vmReady?: string;
  readonly quiet?: true;
}

export function addImportCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  const command = program
    .command('import')
    .argument('<file>', 'what a tracer printed, or - for the standard input')
    .summary('read what a tracer printed on a real host')
    .description(
      'Reads a trace of a real host into a result, for irqbench report and compare. A histogram ' +
        'tells percentiles as ranges, and that is how they are kept.',
    )
    .addOption(
      new Option(
        '--tsc-hz <rate>',
        "cycles a second of the host's time-stamp counter, for kvm_irqfd_fork",
      ).argParser(readRate),
    )
    .addOption(
      new Option(
        '--samples <count>',
        "registrations behind each of kvm_irqfd_fork's lines (default: 1500, as published)",
      ).argParser(readSamples),
    )
    .addOption(
      new Option(
        '--unit <unit>',
        "unit of bpftrace's maps (default: as their names say, or ns)",
      ).choices(Object.keys(UNITS)),
    )
    .option('--register <function>', 'take this function for the registrations')
    .option('--deregister <function>', 'take this function for the deregistrations')
    .option('--vm-ready <function>', 'take this function for making a VM ready')
    .option('--quiet', 'no notes on the standard error');
  addThresholdOption(command);
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES);
  command.action(async (path: string, flags: ImportFlags) => {
    const reporting = new Reporting(flags, streams);
    const { thresholds } = thresholdsOf(flags, null);
    const { name, text } = readInput(path);
    const result = importTrace(text, name, {
      unitNs: flags.unit === undefined ? null : UNITS[flags.unit],
      tscHz: flags.tscHz ?? null,
      samples: flags.samples ?? null,
      functions: {
        ...(flags.register === undefined ? {} : { register: flags.register }),
        ...(flags.deregister === undefined ? {} : { deregister: flags.deregister }),
        ...(flags.vmReady === undefined ? {} : { vmReady: flags.vmReady }),
      },
      percentiles: reporting.options.percentiles,
    });
    await reporting.write(result, streams, render(result, reporting.format, reporting.options));
    if (!flags.quiet) tellUnread(result, streams);
    if (!flags.quiet) tellWarnings(result.warnings, reporting.format, streams);
    exit(holdResult(thresholds, result, EXIT.done, streams));
  });
}

/** Every line that could not be read, up to those that the result has, and how many more. */
function tellUnread({ imported }: RealResult, streams: Streams): void {
  if (imported === null) return;
  const { file, unread } = imported;
  for (const { line, text } of unread.lines) {
    tell(streams, 'note', `${file}:${line}: not read: ${text.replace(/\p{Cc}+/gu, ' ').trim()}`);
  }
  const more = unread.count - unread.lines.length;
  if (more > 0) tell(streams, 'note', `${file}: ${formatCount(more)} more lines were not read`);
}

function readRate(text: string): number {
  const match = /^(\d+(?:\.\d+)?(?:e\d+)?)([kMG]?)(?:Hz)?$/.exec(text.trim());
  const factor = { '': 1, k: 1e3, M: 1e6, G: 1e9 }[match?.[2] ?? ''] ?? 1;
  const hz = Number(match?.[1]) * factor;
  if (hz >= 1e6 && hz <= 1e11) return hz;
  throw new InvalidArgumentError('Give cycles a second, such as 2.5G or 2500M.');
}

function readSamples(text: string): number {
  const samples = parseCount(text);
  if (samples !== undefined && samples > 0) return samples;
  throw new InvalidArgumentError('Give a whole number, such as 1500.');
}
