import { usageError } from '../errors.js';
import { summarizeBuckets } from '../measure/buckets.js';
import { fairness } from '../measure/series.js';
import type { RealResult, TraceTool } from '../model/real-result.js';
import { SCHEMA_VERSION, type Warning } from '../model/run-result.js';
import { counted } from '../units.js';
import { VERSION } from '../version.js';
import { addUpLocks, MANAGER_CALLER } from './locks.js';
import { readLog } from './read.js';
import type { LockRow, Reading, VmLine } from './reading.js';
import { type Assignment, assignTables, type Wanted } from './tables.js';
import { unreadableVm, type VmOptions, type VmSeries, vmsOf } from './vms.js';

/** What a tracer printed on a real host, as a result that reports and comparisons take. */

export interface ImportOptions extends VmOptions {
  readonly unitNs: number | null;
  readonly functions: Wanted;
  readonly percentiles: readonly number[];
}

export const IMPORT_DEFAULTS = { unitNs: null, functions: {}, tscHz: null, samples: null } as const;

/** Lines that were not read, at most so many of them by their text. */
const UNREAD_SHOWN = 10;

/**
 * @param file what the result and messages call the log
 * @throws IrqbenchError (2) where the text is binary, or holds nothing that was counted
 */
export function importTrace(text: string, file: string, options: ImportOptions): RealResult {
  const reading = readLog(text, file, options);
  const assignment = assignTables(reading.tables, options.functions, options.percentiles, file);
  const vms = vmsOf(reading.vms, options);
  const inCycles = unreadableVm(reading.vms, options);
  const lock = addUpLocks(reading.locks, MANAGER_CALLER);
  const { register, deregister, vmReady } = assignment.latency;
  const hasTables = register !== undefined || deregister !== undefined || vmReady !== undefined;
  if (!hasTables && vms === null && lock === null) {
    throw inCycles ? cyclesUnknown(inCycles, file) : nothingCounted(reading, assignment, file);
  }
  const none = summarizeBuckets([], null, options.percentiles);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'irqbench', version: VERSION },
    backend: 'imported',
    plan: null,
    seed: null,
    environment: null,
    timer: null,
    partial: false,
    failure: null,
    warnings: [
      ...warningsOf(reading, assignment, vms, lock === null ? [] : reading.locks),
      ...(inCycles ? [cyclesLeftOut(inCycles)] : []),
    ],
    deterministic: [],
    timing: null,
    latency: {
      register: register?.latency ?? vms?.register(options.percentiles) ?? none,
      deregister: deregister?.latency ?? none,
      vmReady: vmReady?.latency ?? none,
    },
    lock,
    entryLock: null,
    work: null,
    connectCost: null,
    fairness: fairness(vms?.series ?? []),
    audit: null,
    rounds: [],
    vms: vms?.series ?? [],
    kvm: null,
    imported: {
      file,
      tools: toolsOf(reading),
      functions: {
        register: register?.name ?? (vms === null ? null : 'ioctl KVM_IRQFD'),
        deregister: deregister?.name ?? null,
        vmReady: vmReady?.name ?? null,
      },
      others: assignment.others.map(({ name, latency }) => ({ name, latency })),
      unread: { count: reading.unread.length, lines: reading.unread.slice(0, UNREAD_SHOWN) },
    },
  };
}

function toolsOf({ tables, locks, vms }: Reading): TraceTool[] {
  const tools = tables.map(({ tool }) => tool);
  if (locks.length > 0) tools.push('perf lock contention');
  if (vms.length > 0) tools.push('kvm_irqfd_fork');
  return [...new Set(tools)];
}

function cyclesUnknown({ line }: VmLine, file: string) {
  return usageError(
    `${file}:${line}: the reproducer counts cycles; say how many a second with irqbench import --tsc-hz, such as 2.5G`,
  );
}

function cyclesLeftOut({ line }: VmLine): Warning {
  return {
    code: 'cycles',
    message: `from line ${line} on the VMs' lines are in cycles, and were left out`,
    remedy: 'say how many a second with irqbench import --tsc-hz, such as 2.5G',
  };
}

/** Says what there is instead, so that the remedy is one. */
function nothingCounted({ tables, locks, unread }: Reading, { others }: Assignment, file: string) {
  if (others.length > 0) {
    const names = others.map(({ name }) => name).join(', ');
    return usageError(
      `${file}: has ${names}, none of which is known to be the registrations; name one with --register`,
    );
  }
  if (locks.length > 0) {
    return usageError(
      `${file}: none of its ${counted(locks.length, 'lock')} was waited for in ${MANAGER_CALLER}*; trace while VMs are created`,
    );
  }
  const [empty] = tables;
  if (empty)
    return usageError(
      `${file}:${empty.line}: the table counts nothing; trace while VMs are created`,
    );
  const [first] = unread;
  const where = first ? `${file}:${first.line}` : file;
  return usageError(
    `${where}: no table with a count; give the output of funclatency, bpftrace, perf lock contention or kvm_irqfd_fork (irqbench trace)`,
  );
}

function warningsOf(
  { remarks }: Reading,
  { assumed, latency }: Assignment,
  vms: VmSeries | null,
  locks: readonly LockRow[],
): Warning[] {
  const warnings: Warning[] = [...remarks];
  if (assumed !== null) {
    warnings.push({
      code: 'assumed-function',
      message: `nothing says that ${assumed} is the registrations; it was taken for them`,
      remedy: 'name the function with --register, and it is no assumption',
    });
  }
  if (vms !== null && vms.assumedSamples !== null) {
    warnings.push({
      code: 'assumed-samples',
      message: `the lines of the VMs do not say of how many registrations they are; ${counted(vms.assumedSamples, 'registration')} each were taken (100 loops of 15 irqfds, as published)`,
      remedy: 'say how many with --samples',
    });
  }
  if (vms !== null && latency.register !== undefined) {
    warnings.push({
      code: 'two-clocks',
      message: `the VMs' lines are of the whole ioctl, the histogram is of ${latency.register.name} alone`,
      remedy: 'read the VMs for fairness, the histogram for the latency',
    });
  }
  if (locks.some(({ isExact }) => !isExact)) {
    warnings.push({
      code: 'rounded-waits',
      message: "the lock's waits are as perf rounded them",
      remedy: 'perf lock contention -x , prints nanoseconds',
    });
  }
  return warnings;
}
