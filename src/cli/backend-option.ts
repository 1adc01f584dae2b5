import { release } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type BackendName, type BackendSettings, backendNames } from '../backends/registry.js';
import { usageError } from '../errors.js';
import { describeEnvironment } from '../measure/environment.js';
import type { Machine } from '../model/run-result.js';
import { DEFAULT_HOST, loadHost } from '../plan/host-file.js';
import { kvmPlan } from '../plan/kvm-plan.js';
import type { ResolvedPlan } from '../plan/resolve.js';
import type { Workload } from '../plan/workload-file.js';
import type { Setting } from '../plan/workload-yaml.js';
import { managerOf, parseRelease } from '../system/kernel.js';
import { KVM_DEVICE } from '../system/kvm-device.js';
import { parseCount } from '../units.js';
import { anyOf, quote } from '../wording.js';

/** What a command runs on: `--backend`, and what goes with it. */

export interface BackendFlags {
  readonly backend?: BackendName;
  readonly host?: string;
  readonly processes?: number;
  readonly kvmDevice?: string;
}

export interface ChosenBackend extends BackendSettings {
  readonly name: BackendName;
}

const DEFAULT_BACKEND: BackendName = 'threads';
const MAX_PROCESSES = 1024;
const WHAT_IT_IS: Readonly<Record<BackendName, string>> = {
  threads: 'threads of this machine',
  sim: 'a host in virtual time',
  kvm: 'the kernel that runs here',
};

/** @param names those that the command can run on */
export function addBackendOptions(
  command: Command,
  names: readonly BackendName[] = backendNames,
): Command {
  const meanings = names.map((name) => `${name}: ${WHAT_IT_IS[name]}`).join('; ');
  command
    .addOption(
      new Option(
        '--backend <name>',
        `what to run on (${meanings}) (default: ${DEFAULT_BACKEND})`,
      ).choices(names),
    )
    .option(
      '--host <file|name>',
      `the host that is simulated (irqbench list hosts); it brings --nodes, --phases kernel and what they cost (default: ${DEFAULT_HOST})`,
    );
  if (!names.includes('kvm')) return command;
  return command
    .addOption(
      new Option(
        '--processes <count>',
        'spread the VMs of --backend kvm over so many processes (default: 1)',
      ).argParser(readProcesses),
    )
    .option('--kvm-device <file>', `the device of --backend kvm (default: ${KVM_DEVICE})`);
}

/**
 * @param workload that may name a backend and a host, which the flags override
 * @param names those that the command can run on
 * @throws IrqbenchError (2) where there is no such host, or an option is of another backend
 */
export function chooseBackend(
  { backend, host, processes, kvmDevice }: BackendFlags,
  workload: Workload | null,
  names: readonly BackendName[] = backendNames,
): ChosenBackend {
  const ofWorkload = workload?.settings ?? {};
  const name = backend ?? backendOf(ofWorkload.backend, names) ?? DEFAULT_BACKEND;
  // Who chooses another backend than the workload's leaves the workload's host.
  const simulated = host ?? (name === 'sim' ? ofWorkload.host?.value : undefined);
  if (simulated !== undefined && name !== 'sim') {
    throw usageError('--host: nothing is simulated; give --backend sim as well');
  }
  if (name !== 'kvm') {
    const [given] = [
      ...(processes === undefined ? [] : ['--processes']),
      ...(kvmDevice === undefined ? [] : ['--kvm-device']),
    ];
    if (given)
      throw usageError(`${given}: there is no real kernel in it; give --backend kvm as well`);
  }
  return {
    name,
    host: name === 'sim' ? loadHost(simulated ?? DEFAULT_HOST) : null,
    kvm: { device: kvmDevice ?? KVM_DEVICE, processes: processes ?? 1 },
  };
}

function backendOf(
  setting: Setting | undefined,
  names: readonly BackendName[],
): BackendName | undefined {
  if (setting === undefined) return undefined;
  const { value, where } = setting;
  const name = names.find((known) => known === value);
  if (name === undefined) throw usageError(`${where}: ${quote(value)} is not ${anyOf(names)}`);
  return name;
}

/** What stands above a report before there is one. */
export function machineOf({ host }: ChosenBackend): Machine {
  return host ?? describeEnvironment();
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
