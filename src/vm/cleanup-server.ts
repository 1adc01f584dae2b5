import type { Counters } from '../sync/counters.js';
import { type CleanUpQueue, END } from './cleanup-queue.js';
import type { Deassigner } from './kernel.js';

/**
 * Serves the clean-up queue: each shutdown as the VM's own thread would do it, `irqfd_shutdown()`,
 * in the VM's name: the sample goes into the VM's slab, and what was counted meanwhile into its
 * cells, so that the VM's thread, which sleeps in its flush, finds it there and forgets it with its
 * warm-up. That takes that a VM flushes before it queues again: its slab and cells have one writer
 * at a time, in turns that the queue orders.
 */
export class CleanUpServer {
  private readonly queue: CleanUpQueue;
  private readonly counters: Counters;
  private readonly entryCounters: Counters;
  /** By VM. */
  private readonly deassigners: readonly Deassigner[];
  private readonly vmCounters: readonly Counters[];
  private readonly vmEntryCounters: readonly Counters[];

  /** @param counters the worker's own cells, and those for entries */
  constructor(
    queue: CleanUpQueue,
    counters: Counters,
    entryCounters: Counters,
    deassigners: readonly Deassigner[],
    vmCounters: readonly Counters[],
    vmEntryCounters: readonly Counters[],
  ) {
    this.queue = queue;
    this.counters = counters;
    this.entryCounters = entryCounters;
    this.deassigners = deassigners;
    this.vmCounters = vmCounters;
    this.vmEntryCounters = vmEntryCounters;
  }

  /** Until every VM has left. */
  serve(): void {
    let isOpen = true;
    while (isOpen) isOpen = this.serveNext();
  }

  /** @returns false where nothing more will come */
  serveNext(): boolean {
    const ticket = this.queue.claim();
    const consumer = this.queue.consumerOf(ticket);
    if (consumer !== END) this.shutDown(consumer, this.queue.vmOf(ticket));
    this.queue.finish(ticket);
    return consumer !== END;
  }

  private shutDown(consumer: number, vm: number): void {
    const deassigner = this.deassigners[vm] as Deassigner;
    deassigner.deassign(consumer);
    this.counters.moveTo(this.vmCounters[vm] as Counters);
    this.entryCounters.moveTo(this.vmEntryCounters[vm] as Counters);
  }
}
