import { type Command, Option } from 'commander';
import { usageError } from '../errors.js';
import { describeEnvironment } from '../measure/environment.js';
import type { HostProfile } from '../model/host-profile.js';
import type { Machine, RunResult } from '../model/run-result.js';
import { DEFAULT_HOST, loadHost } from '../plan/host-file.js';

/** What a command runs on: `--backend`, and what goes with it. */

export interface BackendFlags {
  readonly backend: RunResult['backend'];
  readonly host?: string;
}

export interface ChosenBackend {
  readonly name: RunResult['backend'];
  /** The simulated machine, or null where this one runs it. */
  readonly host: HostProfile | null;
}

export function addBackendOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--backend <name>', 'threads of this machine, or sim: a host in virtual time')
        .choices(['threads', 'sim'])
        .default('threads'),
    )
    .option(
      '--host <file|name>',
      `the host that is simulated (irqbench list hosts); it brings --nodes, --phases kernel and what they cost (default: ${DEFAULT_HOST})`,
    );
}

/** @throws IrqbenchError (2) where there is no such host, or nothing is simulated */
export function chooseBackend({ backend, host }: BackendFlags): ChosenBackend {
  if (backend === 'sim') return { name: backend, host: loadHost(host ?? DEFAULT_HOST) };
  if (host === undefined) return { name: backend, host: null };
  throw usageError('--host: nothing is simulated; give --backend sim as well');
}

/** What stands above a report before there is one. */
export function machineOf({ host }: ChosenBackend): Machine {
  return host ?? describeEnvironment();
}
