import { release } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type BackendName, type BackendSettings, backendNames } from '../backends/registry.js';
import { usageError } from '../errors.js';
import { kvmPlan } from '../plan/kvm-plan.js';
import type { ResolvedPlan } from '../plan/resolve.js';
import { managerOf, parseRelease } from '../system/kernel.js';
import { KVM_DEVICE } from '../system/kvm-device.js';
import { parseCount } from '../units.js';

/** What a command runs on: `--backend`, and what goes with it. */

export interface BackendFlags {
  readonly backend: BackendName;
  readonly processes?: number;
  readonly kvmDevice?: string;
}

export interface ChosenBackend extends BackendSettings {
  readonly name: BackendName;
}

const MAX_PROCESSES = 1024;

export function addBackendOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--backend <name>', 'threads of this machine, or kvm: its real kernel')
        .choices(backendNames)
        .default('threads'),
    )
    .addOption(
      new Option(
        '--processes <count>',
        'spread the VMs of --backend kvm over so many processes (default: 1)',
      ).argParser(readProcesses),
    )
    .option('--kvm-device <file>', `the device of --backend kvm (default: ${KVM_DEVICE})`);
}

/** @throws IrqbenchError (2) where an option is of another backend */
export function chooseBackend({ backend, processes, kvmDevice }: BackendFlags): ChosenBackend {
  if (backend !== 'kvm') {
    const [given] = [
      ...(processes === undefined ? [] : ['--processes']),
      ...(kvmDevice === undefined ? [] : ['--kvm-device']),
    ];
    if (given)
      throw usageError(`${given}: there is no real kernel in it; give --backend kvm as well`);
  }
  return { name: backend, kvm: { device: kvmDevice ?? KVM_DEVICE, processes: processes ?? 1 } };
}

/**
 * The plan as the backend carries it out.
 * @throws IrqbenchError (2) where it asks for what the backend cannot do
 */
export function planFor({ name, kvm }: ChosenBackend, resolved: ResolvedPlan): ResolvedPlan {
  if (name !== 'kvm') return resolved;
  const version = parseRelease(release());
  const isXarray = version !== undefined && managerOf(version) === 'xarray';
  const plan = kvmPlan(resolved, kvm.processes, isXarray ? 'linux-6.17' : 'linux-6.2');
  return { ...resolved, plan };
}

function readProcesses(text: string): number {
  const count = parseCount(text);
  if (count !== undefined && count >= 1 && count <= MAX_PROCESSES) return count;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_PROCESSES}, such as 20.`);
}
