import type { Layout } from './layout.js';
import type { SharedMemory } from './memory.js';

/**
 * What a thread counts while it runs, in cells of its own: no atomics, no sharing, no cost to
 * others. The main thread adds the cells up when the threads have ended.
 */

/** What every registration touches comes first: it fills one cache line. */
export const COUNTER = {
  acquisitions: 0,
  /**
   * Not counts: the owner word of the lock that the thread waits for, and of the table's lock that
   * it holds; or 0. One of an entry's lock is negative, and is waited for alone: what a thread
   * holds is the question whether callbacks run inside a lock of the tables.
   */
  waitsFor: 1,
  holds: 2,
  nodesVisited: 3,
  registrations: 4,
  deregistrations: 5,
  /** Irqfds that never met the manager: bypass is off, or they opted out. */
  optedOut: 6,
  warnings: 7,
  contended: 8,
  waitTotalNs: 9,
  waitMaxNs: 10,
  parks: 11,
  wakes: 12,
  connects: 13,
  disconnects: 14,
  connectFailures: 15,
  errorBusy: 16,
  errorNoMemory: 17,
  errorInvalid: 18,
  errorCallback: 19,
  /** Callbacks that ran while their thread held a lock of the manager's tables. */
  callbacksUnderLock: 20,
  /** Callbacks that had a cost to pay, and what they paid. */
  costsPaid: 21,
  costPaidNs: 22,
  /** Not counts, as all from here on: when the thread last took a lock that measures its sections. */
  heldSinceNs: 23,
  /** When the thread began to wait for a lock of the user's own; see `UserLock`. */
  waitBegunNs: 24,
} as const;
export type CounterName = keyof typeof COUNTER;

/** Whole cache lines a thread, so that neighbours do not share one. */
const CELLS = 32;

const {
  waitsFor: WAITS_FOR,
  holds: HOLDS,
  waitMaxNs: WAIT_MAX_NS,
  heldSinceNs: NO_COUNTS,
} = COUNTER;

/** @returns the first double of the first thread's cells */
export function reserveCounters(layout: Layout, threads: number): number {
  return layout.reserveDoubles(CELLS * threads);
}

export class Counters {
  readonly cells: Float64Array;
  readonly at: number;

  constructor(memory: SharedMemory, first: number, thread: number) {
    this.cells = memory.doubles;
    this.at = first + thread * CELLS;
  }

  add(counter: number, amount: number): void {
    this.cells[this.at + counter] = (this.cells[this.at + counter] as number) + amount;
  }

  set(counter: number, value: number): void {
    this.cells[this.at + counter] = value;
  }

  /** One wait for a lock, timed by the slow path that did it. */
  addWait(waitNs: number): void {
    this.add(COUNTER.contended, 1);
    this.add(COUNTER.waitTotalNs, waitNs);
    if (waitNs > this.read(COUNTER.waitMaxNs)) this.set(COUNTER.waitMaxNs, waitNs);
  }

  read(counter: number): number {
    return this.cells[this.at + counter] as number;
  }

  /** Counts in other cells what was counted here, and begins anew; what is no count stays. */
  moveTo(counters: Counters): void {
    for (let cell = 0; cell < NO_COUNTS; cell++) {
      const value = this.read(cell);
      if (value === 0 || cell === WAITS_FOR || cell === HOLDS) continue;
      if (cell !== WAIT_MAX_NS) counters.add(cell, value);
      else if (value > counters.read(cell)) counters.set(cell, value);
      this.set(cell, 0);
    }
  }

  /** Forgets the warm-up rounds. */
  reset(): void {
    for (let cell = 0; cell < CELLS; cell++) this.cells[this.at + cell] = 0;
  }
}
