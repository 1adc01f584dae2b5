import { machineError } from '../../errors.js';
import type { RunPlan } from '../../model/run-plan.js';
import { openDescriptors, openFileLimit, systemFiles } from '../../system/limits.js';
import { counted, formatBytes, formatCount } from '../../units.js';
import { layOutCrew } from './shared.js';

/** What a run on the real kernel needs, reckoned before anything is opened. */

/** How many background and burst VMs a process has. */
export interface Share {
  readonly background: number;
  readonly burst: number;
}

/** Spreads the VMs as evenly as they go. */
export function shareOut({ vms, burst }: RunPlan, processes: number): Share[] {
  const part = (of: number, at: number) =>
    Math.floor((of * (at + 1)) / processes) - Math.floor((of * at) / processes);
  return Array.from({ length: processes }, (_, at) => ({
    background: part(vms, at),
    burst: part(burst, at),
  }));
}

/** A Node process with nothing to do, its channel to the parent, the device, and some to spare. */
const PROCESS_DESCRIPTORS = 40;
/** A thread's event loop; measured: 4. */
const THREAD_DESCRIPTORS = 5;
/** The parent's ends of the pipes of a process. */
const CHANNEL_DESCRIPTORS = 3;

/** @returns the most that any one process has open at once */
export function neededDescriptors(plan: RunPlan, { background, burst }: Share): number {
  const each = 1 + plan.irqfds;
  return PROCESS_DESCRIPTORS + (background + burst) * each + burst * THREAD_DESCRIPTORS;
}

/** Kernel memory of a VM with an irqchip, and of an irqfd; measured: 124 kB with 15 irqfds. */
const VM_BYTES = 150e3;
const IRQFD_BYTES = 2e3;
/** A Node process, and a thread of it. */
const PROCESS_BYTES = 60e6;
const THREAD_BYTES = 10e6;

export function neededBytes(plan: RunPlan, shares: readonly Share[]): number {
  return shares.reduce((sum, { background, burst }) => {
    const vms = (background + burst) * (VM_BYTES + plan.irqfds * IRQFD_BYTES);
    // Samples are copied into a message, into one array with all others, and to be sorted.
    const samples = layOutCrew(plan, burst).bytes * 4;
    return sum + PROCESS_BYTES + burst * THREAD_BYTES + vms + samples;
  }, PROCESS_BYTES);
}

/** What the machine allows; a test's stand-in allows other than this one. */
export interface Limits {
  /** Null: the system does not say. */
  readonly openFiles: number | null;
  readonly systemFree: number | null;
  readonly parentOpen: number;
  readonly memoryBytes: number;
}

export function readLimits(): Limits {
  const system = systemFiles();
  return {
    openFiles: openFileLimit(),
    systemFree: system === null ? null : system.limit - system.open,
    parentOpen: openDescriptors() ?? PROCESS_DESCRIPTORS,
    memoryBytes: process.availableMemory(),
  };
}

/** @throws IrqbenchError (6) with the figure and what to do, where the machine does not allow it */
export function checkBudget(plan: RunPlan, shares: readonly Share[], limits: Limits): void {
  const what = `${counted(plan.vms, 'background VM')} and ${counted(plan.burst, 'burst VM')} of ${counted(plan.irqfds, 'irqfd')}`;
  const most = Math.max(...shares.map((share) => neededDescriptors(plan, share)));
  const parent = limits.parentOpen + shares.length * CHANNEL_DESCRIPTORS;
  const allowed = limits.openFiles ?? Infinity;
  if (Math.max(most, parent) > allowed) {
    const where = shares.length === 1 ? 'one process' : `one of ${shares.length} processes`;
    throw machineError(
      `${what} need ${formatCount(Math.max(most, parent))} open files in ${where}, and ${formatCount(allowed)} are allowed: ${remedyFor(plan, allowed)}`,
    );
  }
  const all = shares.reduce((sum, share) => sum + neededDescriptors(plan, share), 0);
  if (all > (limits.systemFree ?? Infinity)) {
    throw machineError(
      `${what} need ${formatCount(all)} open files, and the system has ${formatCount(limits.systemFree ?? 0)} left: raise fs.file-max, or lower --vms`,
    );
  }
  const bytes = neededBytes(plan, shares);
  if (bytes <= limits.memoryBytes) return;
  throw machineError(
    `${what} in ${shares.length === 1 ? 'one process' : `${shares.length} processes`} need ${formatBytes(bytes)} of memory, and ${formatBytes(limits.memoryBytes)} are available: lower --vms or --processes`,
  );
}

/** As few processes as do, where any number does. */
function remedyFor(plan: RunPlan, allowed: number): string {
  for (let processes = 1; processes <= plan.burst; processes++) {
    const shares = shareOut(plan, processes);
    if (shares.every((share) => neededDescriptors(plan, share) <= allowed)) {
      return `--processes ${processes} spreads them, or raise the limit (ulimit -n)`;
    }
  }
  return 'raise the limit (ulimit -n), or lower --vms or --irqfds';
}
