import { totalmem } from 'node:os';
import { machineError } from '../errors.js';
import type { RunPlan } from '../model/run-plan.js';
import { MAX_MEMORY_BYTES } from '../sync/memory.js';
import { counted, formatBytes } from '../units.js';
import type { HostLayout } from '../vm/host.js';

/** What a run needs of this machine's memory, reckoned before anything is allocated or started. */

export interface Demand {
  readonly plan: RunPlan;
  readonly layout: HostLayout;
  /** What the backend needs beside the host's shared memory and its samples. */
  readonly backendBytes: number;
}

const PROCESS_BYTES = 80e6;
/** A sample is copied into one array with all others, and into another to be sorted. */
const SAMPLE_COPIES_BYTES = 3 * 8;
/** Permutations of the set-up, and what the audit remembers of an object. */
const BOOKKEEPING_BYTES = 12;

/** Of a process with this host alone. */
export function bytesFor({ plan, layout, backendBytes }: Demand): number {
  const samples = plan.burst * plan.rounds * plan.irqfds;
  const objects = layout.bypass.consumers.count + layout.bypass.producers.count;
  return (
    PROCESS_BYTES +
    samples * SAMPLE_COPIES_BYTES +
    objects * BOOKKEEPING_BYTES +
    layout.bytes +
    backendBytes
  );
}

/**
 * @param demands of all hosts that are in memory at the same time
 * @throws IrqbenchError (6) with the figure, where the machine has not enough memory
 */
export function requireMemory(demands: readonly Demand[]): void {
  let needed = PROCESS_BYTES;
  for (const demand of demands) {
    const { plan, layout } = demand;
    if (layout.bytes > MAX_MEMORY_BYTES) {
      throw machineError(
        `${what(plan)} need ${formatBytes(layout.bytes)} of shared memory, and ${formatBytes(MAX_MEMORY_BYTES)} is the most that can be addressed: lower --vms, --irqfds or --rounds`,
      );
    }
    needed += bytesFor(demand) - PROCESS_BYTES;
  }
  const available = availableBytes();
  if (needed <= available) return;
  const [{ plan }] = demands as readonly [Demand];
  const each = demands.length === 1 ? '' : ` for each of ${counted(demands.length, 'strategy')}`;
  throw machineError(
    `${what(plan)}${each} need ${formatBytes(needed)} of memory, and ${formatBytes(available)} are available: lower --vms, --irqfds or --burst`,
  );
}

/** Elsewhere than on Linux the system counts its caches as used, so what there is must do. */
function availableBytes(): number {
  return process.platform === 'linux' ? process.availableMemory() : totalmem();
}

function what(plan: RunPlan): string {
  const threads = plan.background === 'threads' ? ' with threads of their own' : '';
  return `${counted(plan.vms, 'background VM')}${threads} and ${counted(plan.burst, 'burst VM')} of ${counted(plan.irqfds, 'irqfd')}`;
}
