import { describeLock } from '../../irqbypass/describe-lock.js';
import type { RunPlan } from '../../model/run-plan.js';
import { COUNTER, Counters } from '../../sync/counters.js';
import type { SharedMemory } from '../../sync/memory.js';
import { counted, formatNs } from '../../units.js';
import type { HostLayout } from '../../vm/host.js';
import type { Rehearsal } from './rehearsal.js';
import { nameThread } from './thread-names.js';

/**
 * Watches whether a run gets anywhere. It looks at what the threads count anyway; where nothing
 * was counted for the time-out, and somebody waits for a lock or is inside one, the run is stuck.
 * A VM that holds its irqfds, or waits for others at a barrier, is not.
 */

/** Counters that grow while a thread gets anywhere. */
const PROGRESS = [
  COUNTER.acquisitions,
  COUNTER.registrations,
  COUNTER.deregistrations,
  COUNTER.optedOut,
];

export class StallWatch {
  private readonly memory: SharedMemory;
  private readonly layout: HostLayout;
  private readonly plan: RunPlan;
  private readonly rehearsal: Rehearsal;
  private seen = -1;
  private sinceMs = performance.now();

  constructor(memory: SharedMemory, layout: HostLayout, plan: RunPlan, rehearsal: Rehearsal) {
    this.memory = memory;
    this.layout = layout;
    this.plan = plan;
    this.rehearsal = rehearsal;
  }

  /** The watching begins anew: what there was to wait for is over. */
  reset(): void {
    this.sinceMs = performance.now();
  }

  /**
   * @param starting how many threads are ready, and how far the start is; null once they run
   * @returns who waits for whom, where the run is stuck; else undefined
   */
  look(starting: { readonly ready: number; readonly done: number } | null): string | undefined {
    const limitNs = this.plan.stallTimeoutNs;
    const nowMs = performance.now();
    const signature = this.progress() + (starting?.done ?? 0);
    if (signature !== this.seen) {
      this.seen = signature;
      this.sinceMs = nowMs;
      return undefined;
    }
    if (limitNs === 0 || (nowMs - this.sinceMs) * 1e6 < limitNs) return undefined;
    const who = starting === null ? this.whileRunning() : this.whileStarting(starting.ready);
    return who && `no progress for ${formatNs(limitNs)}: ${who}`;
  }

  private counters(thread: number): Counters {
    return new Counters(this.memory, this.layout.countersAt, thread);
  }

  private name(thread: number): string {
    return nameThread(thread, this.plan);
  }

  private progress(): number {
    let sum = 0;
    for (let thread = 0; thread < this.layout.threads; thread++) {
      const counters = this.counters(thread);
      for (const counter of PROGRESS) sum += counters.read(counter);
    }
    return sum;
  }

  private find(counter: number): number[] {
    const threads = Array.from({ length: this.layout.threads }, (_, thread) => thread);
    return threads.filter((thread) => this.counters(thread).read(counter) !== 0);
  }

  private whileRunning(): string | undefined {
    const [waiter, ...others] = this.find(COUNTER.waitsFor);
    if (waiter !== undefined) {
      const more = others.length === 0 ? '' : ` (and ${counted(others.length, 'other')})`;
      return this.waits(waiter, more, this.memory, this.layout);
    }
    const [inside] = this.find(COUNTER.holds);
    if (inside === undefined) return undefined;
    const lock = this.counters(inside).read(COUNTER.holds);
    const { what } = describeLock(this.memory, this.layout.bypass, lock);
    return `${this.name(inside)} is inside ${what} (${this.plan.strategy.lock}) and does not come out`;
  }

  /** Who waits for which lock, and who has it, over the memory that the lock lies in. */
  private waits(waiter: number, more: string, memory: SharedMemory, layout: HostLayout): string {
    const lock = this.counters(waiter).read(COUNTER.waitsFor);
    const { what, owner } = describeLock(memory, layout.bypass, lock);
    const who = `${this.name(waiter)}${more} waits for ${what} (${this.plan.strategy.lock})`;
    if (owner === null) return `${who}, which nobody has taken yet`;
    const itself = owner === waiter ? ' itself' : '';
    const isInside = this.counters(owner).read(COUNTER.holds) === lock;
    return isInside
      ? `${who}, held by ${this.name(owner)}${itself}`
      : `${who}, which ${this.name(owner)}${itself} took last and has released, and which is not free all the same`;
  }

  private whileStarting(ready: number): string | undefined {
    const { threads } = this.layout;
    const what = threads === this.plan.burst ? 'burst VM' : 'thread';
    const missing = `${counted(threads - ready, what)} of ${threads} did not get ready`;
    const [waiter] = this.find(COUNTER.waitsFor);
    // A busy machine takes its time to start threads.
    if (waiter === undefined) return undefined;
    const { memory, task } = this.rehearsal;
    if (!this.rehearsal.isOver())
      return `${missing}: ${this.waits(waiter, '', memory, task.layout)}`;
    // Then each compiles its code alone on memory of its own, where only it can be in its own way.
    return (
      `${missing}: alone on memory of its own, ${this.name(waiter)} waits for the lock ` +
      `(${this.plan.strategy.lock}), held by ${this.name(waiter)} itself, which took it last`
    );
  }
}
