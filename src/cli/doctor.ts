import { type Command, Option } from 'commander';
import { EXIT, type ExitCode } from '../errors.js';
import { DOCTOR_FORMATS, type DoctorFormat, renderDoctor } from '../report/doctor-render.js';
import { diagnose } from '../system/doctor.js';
import { readDoctorFacts } from '../system/doctor-facts.js';
import { KVM_DEVICE } from '../system/kvm-device.js';
import { type Streams, wantsColor, writeOut } from './streams.js';

/** `irqbench doctor`: what this machine can do, and what to do about the rest. */

const EXAMPLES = `
Nothing is changed and nothing is measured but the clock; something missing is no failure.

Examples:
  irqbench doctor
  irqbench doctor --format json
  irqbench doctor --kvm-device /dev/kvm`;

interface DoctorFlags {
  readonly format: DoctorFormat;
  readonly kvmDevice: string;
  readonly color: boolean;
}

export function addDoctorCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('doctor')
    .summary('say what this machine can do')
    .description(
      'Looks at CPUs, clock, kernel, /dev/kvm, limits and tracing, and says of each what it means ' +
        'for a run and what to do about it.',
    )
    .option('--kvm-device <file>', 'the device of KVM', KVM_DEVICE)
    .addOption(
      new Option('--format <name>', 'format of the output').choices(DOCTOR_FORMATS).default('text'),
    )
    .option('--no-color', 'no colours (NO_COLOR=1 does the same)')
    .addHelpText('after', EXAMPLES)
    .action(async ({ format, kvmDevice, color }: DoctorFlags) => {
      const result = diagnose(readDoctorFacts(kvmDevice, streams.env));
      await writeOut(streams, renderDoctor(result, format, wantsColor(streams, color)));
      exit(EXIT.done);
    });
}
