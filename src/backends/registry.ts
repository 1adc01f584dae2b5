import type { AnyResult } from '../model/real-result.js';
import type { RunPlan } from '../model/run-plan.js';
import type { Backend } from './backend.js';

/** What a run can be on. Each is loaded when it is chosen: some need what others do without. */

export interface BackendSettings {
  /** Of the kvm backend alone. */
  readonly kvm: { readonly device: string; readonly processes: number };
}

type Load = (settings: BackendSettings) => Promise<Backend<RunPlan, AnyResult>>;

const LOADERS = {
  threads: async () => (await import('./threads/run.js')).runOnThreads,
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
