import type { Layout } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';

/**
 * Raw samples, in nanoseconds, in a slab of each VM's own that exists before the run: recording
 * one is two stores. Histograms are built from them afterwards, by others.
 */

/** The kinds of latency a VM records; each has a run of the slab. */
export const SAMPLE = { register: 0, deregister: 1, vmReady: 2, deassign: 3, destroy: 4 } as const;
export type SampleKind = keyof typeof SAMPLE;
const KINDS = 5;
const REGISTER = SAMPLE.register;
const DEREGISTER = SAMPLE.deregister;

export interface RecorderLayout {
  /** The first VM's slab, as an index of doubles. */
  readonly at: number;
  readonly cellsPerVm: number;
  /** Samples a VM can take of each kind, in the order of `SAMPLE`. */
  readonly capacities: readonly number[];
}

/** Samples that a burst VM takes of each kind in a round that it lives to the end. */
export function samplesARound(irqfds: number): Readonly<Record<SampleKind, number>> {
  return { register: irqfds, deregister: irqfds, vmReady: 1, deassign: irqfds, destroy: 1 };
}

/** @param hasCalls whether whole calls, deassign and destroy, are recorded too */
export function reserveRecorders(
  layout: Layout,
  vms: number,
  irqfds: number,
  rounds: number,
  hasCalls = false,
): RecorderLayout {
  const each = samplesARound(irqfds);
  const calls = hasCalls ? [rounds * each.deassign, rounds * each.destroy] : [0, 0];
  const capacities = [
    rounds * each.register,
    rounds * each.deregister,
    rounds * each.vmReady,
    ...calls,
  ];
  const samples = capacities.reduce((sum, capacity) => sum + capacity, KINDS);
  // A whole number of cache lines, so that no VM writes into its neighbour's.
  const cellsPerVm = Math.ceil(samples / 8) * 8;
  return { at: layout.reserveDoubles(cellsPerVm * vms), cellsPerVm, capacities };
}

function firstCell(layout: RecorderLayout, kind: number): number {
  let cell = KINDS;
  for (let before = 0; before < kind; before++) cell += layout.capacities[before] as number;
  return cell;
}

export class Recorder {
  private readonly cells: Float64Array;
  /** The slab: a count for each kind, then the samples of each kind. */
  private readonly at: number;
  private readonly registerAt: number;
  private readonly deregisterAt: number;
  private readonly vmReadyAt: number;
  private readonly deassignAt: number;
  private readonly destroyAt: number;

  constructor(memory: SharedMemory, layout: RecorderLayout, vm: number) {
    this.cells = memory.doubles;
    this.at = layout.at + vm * layout.cellsPerVm;
    this.registerAt = this.at + firstCell(layout, SAMPLE.register);
    this.deregisterAt = this.at + firstCell(layout, SAMPLE.deregister);
    this.vmReadyAt = this.at + firstCell(layout, SAMPLE.vmReady);
    this.deassignAt = this.at + firstCell(layout, SAMPLE.deassign);
    this.destroyAt = this.at + firstCell(layout, SAMPLE.destroy);
  }

  register(ns: number): void {
    this.store(REGISTER, this.registerAt, ns);
  }

  deregister(ns: number): void {
    this.store(DEREGISTER, this.deregisterAt, ns);
  }

  vmReady(ns: number): void {
    this.store(SAMPLE.vmReady, this.vmReadyAt, ns);
  }

  /** Only where there is room for whole calls. */
  deassign(ns: number): void {
    this.store(SAMPLE.deassign, this.deassignAt, ns);
  }

  destroy(ns: number): void {
    this.store(SAMPLE.destroy, this.destroyAt, ns);
  }

  /** Forgets what was recorded: the end of a warm-up round. */
  reset(): void {
    for (let kind = 0; kind < KINDS; kind++) this.cells[this.at + kind] = 0;
  }

  private store(kind: number, first: number, ns: number): void {
    const count = this.cells[this.at + kind] as number;
    this.cells[first + count] = ns;
    this.cells[this.at + kind] = count + 1;
  }
}

/** One VM's samples of one kind, oldest first: a view, not a copy. */
export function samplesOf(
  memory: SharedMemory,
  layout: RecorderLayout,
  vm: number,
  kind: SampleKind,
): Float64Array {
  const slab = layout.at + vm * layout.cellsPerVm;
  const first = slab + firstCell(layout, SAMPLE[kind]);
  return memory.doubles.subarray(first, first + (memory.doubles[slab + SAMPLE[kind]] as number));
}
