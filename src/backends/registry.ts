import type { HostProfile } from '../model/host-profile.js';
import type { AnyResult } from '../model/real-result.js';
import type { RunPlan } from '../model/run-plan.js';
import type { Backend } from './backend.js';

/** What a run can be on. Each is loaded when it is chosen: some need what others do without. */

export interface BackendSettings {
  /** The machine that the sim backend simulates; null on every other. */
  readonly host: HostProfile | null;
  /** Of the kvm backend alone. */
  readonly kvm: { readonly device: string; readonly processes: number };
}

type Load = (settings: BackendSettings) => Promise<Backend<RunPlan, AnyResult>>;

const LOADERS = {
  threads: async () => (await import('./threads/run.js')).runOnThreads,
  sim: async ({ host }) => {
    const { runSim } = await import('./sim/run.js');
    if (host === null) throw new Error('nothing says which host is to be simulated');
    return (plan, options) => runSim(plan, { ...options, host });
  },
  kvm: async ({ kvm }) => (await import('./kvm/run.js')).kvmBackend(kvm),
} as const satisfies Readonly<Record<string, Load>>;

export type BackendName = keyof typeof LOADERS;
export const backendNames = Object.keys(LOADERS) as BackendName[];

export function loadBackend(
  name: BackendName,
  settings: BackendSettings,
): Promise<Backend<RunPlan, AnyResult>> {
  const load: Load = LOADERS[name];
  return load(settings);
}

/** Those that run the manager of this package, with strategies. */
export const ownBackendNames = ['threads', 'sim'] as const satisfies readonly BackendName[];
export type OwnBackendName = (typeof ownBackendNames)[number];

/** @throws Error for the backend of a command that does not offer it */
export function ownBackend(name: BackendName): OwnBackendName {
  const own = ownBackendNames.find((one) => one === name);
  if (own === undefined) throw new Error(`${name} does not run a manager of this package`);
  return own;
}

export function loadOwnBackend(
  name: OwnBackendName,
  settings: BackendSettings,
): Promise<Backend<RunPlan>> {
  const load: (settings: BackendSettings) => Promise<Backend<RunPlan>> = LOADERS[name];
  return load(settings);
}
