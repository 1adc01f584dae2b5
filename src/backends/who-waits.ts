import { describeLock } from '../irqbypass/describe-lock.js';
import type { RunPlan } from '../model/run-plan.js';
import { COUNTER, Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { counted } from '../units.js';
import type { HostLayout } from '../vm/host.js';
import { nameThread } from './thread-names.js';

/**
 * Whether a host's threads get anywhere, and who waits for whom where they do not: by what they
 * count anyway. A VM that holds its irqfds, or waits for others at a barrier, waits for nobody.
 */

/** Counters that grow while a thread gets anywhere. */
const PROGRESS = [
  COUNTER.acquisitions,
  COUNTER.registrations,
  COUNTER.deregistrations,
  COUNTER.optedOut,
];

export class WhoWaits {
  private readonly memory: SharedMemory;
  private readonly layout: HostLayout;
  private readonly plan: RunPlan;

  constructor(memory: SharedMemory, layout: HostLayout, plan: RunPlan) {
    this.memory = memory;
    this.layout = layout;
    this.plan = plan;
  }

  /** A number that changes while anybody gets anywhere. */
  progress(): number {
    let sum = 0;
    for (let thread = 0; thread < this.layout.threads; thread++) {
      const counters = this.counters(thread);
      for (const counter of PROGRESS) sum += counters.read(counter);
    }
    return sum;
  }

  /** Who waits for whom in words, or who is inside a lock; undefined where nobody is. */
  describe(): string | undefined {
    const [waiter, ...others] = this.waiters();
    if (waiter !== undefined) {
      const more = others.length === 0 ? '' : ` (and ${counted(others.length, 'other')})`;
      return this.waitsFor(waiter, more, this.memory, this.layout);
    }
    const [inside] = this.find(COUNTER.holds);
    if (inside === undefined) return undefined;
    const lock = this.counters(inside).read(COUNTER.holds);
    const { what } = describeLock(this.memory, this.layout.bypass, lock);
    return `${this.name(inside)} is inside ${what} (${this.plan.strategy.lock}) and does not come out`;
  }

  /** The threads that wait for a lock. */
  waiters(): number[] {
    return this.find(COUNTER.waitsFor);
  }

  name(thread: number): string {
    return nameThread(thread, this.plan);
  }

  /**
   * For which lock a thread waits, and who has it.
   * @param more what follows the thread's name
   * @param memory which the lock lies in, with its layout
   */
  waitsFor(waiter: number, more: string, memory: SharedMemory, layout: HostLayout): string {
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

  private counters(thread: number): Counters {
    return new Counters(this.memory, this.layout.countersAt, thread);
  }

  private find(counter: number): number[] {
    const threads = Array.from({ length: this.layout.threads }, (_, thread) => thread);
    return threads.filter((thread) => this.counters(thread).read(counter) !== 0);
  }
}
