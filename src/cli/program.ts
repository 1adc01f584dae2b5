import { Command, type CommanderError } from 'commander';
import type { ExitCode } from '../errors.js';
import { VERSION } from '../version.js';
import { addCalibrateCommand } from './calibrate.js';
import { addCompareCommand } from './compare.js';
import { addDoctorCommand } from './doctor.js';
import { addFidelityCommand } from './fidelity.js';
import { addForkCommand } from './fork.js';
import { addGateCommand } from './gate.js';
import { addImportCommand } from './import.js';
import { addInitCommand } from './init.js';
import { addListCommand } from './list.js';
import { addMergeCommand } from './merge.js';
import { addReportCommand } from './report.js';
import { addSchemaCommand } from './schema.js';
import type { Streams } from './streams.js';
import { addSweepCommand } from './sweep.js';
import { addTraceCommand } from './trace.js';
import { addVerifyCommand } from './verify.js';

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
 * The command line: every command, none of its work.
 * @param exit takes the exit code of the command that ran
 */
export function createProgram(streams: Streams, exit: (code: ExitCode) => void): Command {
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
  for (const add of [
    addForkCommand,
    addCompareCommand,
    addSweepCommand,
    addMergeCommand,
    addVerifyCommand,
    addGateCommand,
    addFidelityCommand,
    addCalibrateCommand,
    addReportCommand,
    addImportCommand,
    addListCommand,
    addInitCommand,
    addSchemaCommand,
    addTraceCommand,
    addDoctorCommand,
  ]) {
    add(program, streams, exit);
  }
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
