import type { RunPlan } from '../../model/run-plan.js';
import type { HostLayout } from '../../vm/host.js';
import { bytesFor, type Demand, requireMemory } from '../memory-demand.js';

/** What a run on threads needs, reckoned before anything is allocated or started. */

/** A worker's share of resident memory; measured: 20 workers 0.2 GB, 800 idle ones 6 GB. */
const WORKER_BYTES = 10e6;
export const PARKED_WORKER_BYTES = 7.5e6;
/** Starting one worker; measured: 800 in 26 s. */
export const WORKER_START_MS = 30;

export function neededBytes(plan: RunPlan, layout: HostLayout): number {
  return bytesFor(demandOf({ plan, layout }));
}

/**
 * @param hosts all that are in memory at the same time
 * @throws IrqbenchError (6) with the figure, where the machine has not enough memory
 */
export function checkMemory(hosts: readonly Pick<Demand, 'plan' | 'layout'>[]): void {
  requireMemory(hosts.map(demandOf));
}

function demandOf({ plan, layout }: Pick<Demand, 'plan' | 'layout'>): Demand {
  const parked = plan.background === 'threads' ? plan.vms : 0;
  const backendBytes = layout.threads * WORKER_BYTES + parked * PARKED_WORKER_BYTES;
  return { plan, layout, backendBytes };
}
