import type { Command } from 'commander';
import { stringify } from 'yaml';
import { EXIT, type ExitCode, usageError } from '../errors.js';
import { interruptible } from './interrupts.js';
import { prepareFile, writeOutput } from './output-file.js';
import { createProgressLine } from './progress.js';
import { type Streams, tell, writeOut } from './streams.js';

/** `irqbench calibrate`: this machine as a host that can be simulated. */

interface CalibrateFlags {
  readonly name: string;
  readonly output?: string;
  readonly quiet?: true;
}

const EXAMPLES = `
It measures for some seconds on two CPUs; let nothing else run. Two threads are pinned, which takes
the package koffi.

Examples:
  irqbench calibrate                        print the profile
  irqbench calibrate --name mine --output mine.yaml
  irqbench fork --backend sim --host ./mine.yaml`;

export function addCalibrateCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('calibrate')
    .summary("measure this machine's costs, as a host for --backend sim")
    .description(
      'Measures what cache lines, walks over lists, waking and switching threads take on this ' +
        'machine, and prints a profile for --host.',
    )
    .option('--name <name>', "the profile's name", 'this-machine')
    .option('--output <file>', 'write it to a file (.yaml) instead')
    .option('--quiet', 'no progress on the standard error')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: CalibrateFlags) => exit(await run(flags, streams)));
}

async function run({ name, output, quiet }: CalibrateFlags, streams: Streams): Promise<ExitCode> {
  if (output !== undefined && !/\.ya?ml$/.test(output)) {
    throw usageError(
      `--output ${output}: is a profile, which is YAML; give a file that ends in .yaml`,
    );
  }
  if (!/^[\w.-]+$/.test(name)) {
    throw usageError('--name: give letters, digits, dots, dashes and underscores');
  }
  const { calibrate } = await import('../backends/calibrate/calibrate.js');
  const progress = createProgressLine(streams, !quiet);
  const profile = await interruptible((signal) =>
    calibrate({
      name,
      signal,
      onStep: (_, done, total) => progress.show({ phase: 'figures', done, total }),
    }),
  ).finally(() => progress.end());
  if (profile === null) {
    tell(streams, 'error', 'interrupted: half a profile is none');
    return EXIT.interrupted;
  }
  const text = stringify(profile, { lineWidth: 0 });
  if (output === undefined) await writeOut(streams, text);
  else writeOutput(prepareFile('--output', output), text);
  return EXIT.done;
}
