import { Command, type CommanderError } from 'commander';
import type { ExitCode } from '../errors.js';
import { VERSION } from '../version.js';
import type { Streams } from './streams.js';

const EXIT_CODES = `
Exit codes:
  0    done
  1    a bug in irqbench
  2    bad usage or bad input
  3    the run failed: a VM died, the audit found damage, a disk is full
  4    verify found a violation
  5    a threshold was crossed (--fail-if), or a regression found
  6    this machine cannot do it, known beforehand
  130  interrupted; what had been measured was printed

Examples:
  irqbench fork --vms 800 --burst 20
  irqbench compare linux-6.2 linux-6.17 outside --vms 800 --burst 20
  irqbench sweep --backend sim --vary vms=100..1600:x2 --vary strategy=linux-6.2,linux-6.17
  irqbench verify --lock mcs
  irqbench fork --help`;

/**
 * Adds a command to the program.
 * @param exit takes the exit code of the command that ran
 */
type AddCommand = (program: Command, streams: Streams, exit: (code: ExitCode) => void) => void;

/** In the order of the help. Each is loaded where it is wanted: all together take half a second. */
const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map(
  Object.entries({
    fork: async () => (await import('./fork.js')).addForkCommand,
    compare: async () => (await import('./compare.js')).addCompareCommand,
    sweep: async () => (await import('./sweep.js')).addSweepCommand,
    merge: async () => (await import('./merge.js')).addMergeCommand,
    verify: async () => (await import('./verify.js')).addVerifyCommand,
    gate: async () => (await import('./gate.js')).addGateCommand,
    fidelity: async () => (await import('./fidelity.js')).addFidelityCommand,
    calibrate: async () => (await import('./calibrate.js')).addCalibrateCommand,
    report: async () => (await import('./report.js')).addReportCommand,
    import: async () => (await import('./import.js')).addImportCommand,
    list: async () => (await import('./list.js')).addListCommand,
    init: async () => (await import('./init.js')).addInitCommand,
    schema: async () => (await import('./schema.js')).addSchemaCommand,
    trace: async () => (await import('./trace.js')).addTraceCommand,
    doctor: async () => (await import('./doctor.js')).addDoctorCommand,
  }),
);

/** The command that is named, and nothing else; or all, for whoever asks what there is. */
async function loadCommands(argv: readonly string[]): Promise<AddCommand[]> {
  const named = COMMANDS.get(argv.find((argument) => !argument.startsWith('-')) ?? '');
  const loaders = named === undefined ? [...COMMANDS.values()] : [named];
  return Promise.all(loaders.map((load) => load()));
}

/**
 * The command line: its commands, none of their work.
 * @param argv what it is to parse
 * @param exit takes the exit code of the command that ran
 */
export async function createProgram(
  argv: readonly string[],
  streams: Streams,
  exit: (code: ExitCode) => void,
): Promise<Command> {
  const program = new Command('irqbench')
    .description(
      'A workbench for the Linux IRQ bypass manager: how long does it take to register an irqfd ' +
        'on a host with many VMs, and what would change that?',
    )
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--debug', 'print the stack of an error')
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES);
  for (const add of await loadCommands(argv)) add(program, streams, exit);
  for (const command of [program, ...program.commands]) {
    command.helpOption('--help', 'print this help');
    command.configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      // Errors are printed by `run`, in one line and one way.
      outputError: () => {},
    });
    command.exitOverride((error: CommanderError) => {
      throw error;
    });
    if (command !== program) command.option('--debug', 'print the stack of an error');
  }
  return program;
}
