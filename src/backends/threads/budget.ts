import { totalmem } from 'node:os';
import { machineError } from '../../errors.js';
import type { RunPlan } from '../../model/run-plan.js';
import { MAX_MEMORY_BYTES } from '../../sync/memory.js';
import { counted, formatBytes } from '../../units.js';
import type { HostLayout } from '../../vm/host.js';

/** What a run on threads needs, reckoned before anything is allocated or started. */

/** A worker's share of resident memory; measured: 20 workers 0.2 GB, 800 idle ones 6 GB. */
const WORKER_BYTES = 10e6;
export const PARKED_WORKER_BYTES = 7.5e6;
/** Starting one worker; measured: 800 in 26 s. */
export const WORKER_START_MS = 30;
const PROCESS_BYTES = 80e6;
/** A sample is copied into one array with all others, and into another to be sorted. */
const SAMPLE_COPIES_BYTES = 3 * 8;
/** Permutations of the set-up, and what the audit remembers of an object. */
const BOOKKEEPING_BYTES = 12;

export function neededBytes(plan: RunPlan, layout: HostLayout): number {
  const parked = plan.background === 'threads' ? plan.vms : 0;
  const samples = plan.burst * plan.rounds * plan.irqfds;
  const objects = layout.bypass.consumers.count + layout.bypass.producers.count;
  return (
    PROCESS_BYTES +
    samples * SAMPLE_COPIES_BYTES +
    objects * BOOKKEEPING_BYTES +
    layout.bytes +
    layout.threads * WORKER_BYTES +
    parked * PARKED_WORKER_BYTES
  );
}

/**
 * @param hosts all that are in memory at the same time
 * @throws IrqbenchError (6) with the figure, where the machine has not enough memory
 */
export function checkMemory(hosts: readonly Host[]): void {
  let needed = PROCESS_BYTES;
  for (const { plan, layout } of hosts) {
    if (layout.bytes > MAX_MEMORY_BYTES) {
      throw machineError(
        `${what(plan)} need ${formatBytes(layout.bytes)} of shared memory, and ${formatBytes(MAX_MEMORY_BYTES)} is the most that can be addressed: lower --vms, --irqfds or --rounds`,
      );
    }
    needed += neededBytes(plan, layout) - PROCESS_BYTES;
  }
  const available = availableBytes();
  if (needed <= available) return;
  const [{ plan }] = hosts as readonly [Host];
  const each = hosts.length === 1 ? '' : ` for each of ${counted(hosts.length, 'strategy')}`;
  throw machineError(
    `${what(plan)}${each} need ${formatBytes(needed)} of memory, and ${formatBytes(available)} are available: lower --vms, --irqfds or --burst`,
  );
}

interface Host {
  readonly plan: RunPlan;
  readonly layout: HostLayout;
}

/** Elsewhere than on Linux the system counts its caches as used, so what there is must do. */
function availableBytes(): number {
  return process.platform === 'linux' ? process.availableMemory() : totalmem();
}

function what(plan: RunPlan): string {
  const threads = plan.background === 'threads' ? ' with threads of their own' : '';
  return `${counted(plan.vms, 'background VM')}${threads} and ${counted(plan.burst, 'burst VM')} of ${counted(plan.irqfds, 'irqfd')}`;
}
