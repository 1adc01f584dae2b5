import type { Lock, SharedLock } from '../locks/lock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';

const ACQUISITIONS = COUNTER.acquisitions;
const WAITS_FOR = COUNTER.waitsFor;
const HOLDS = COUNTER.holds;

/**
 * A lock and what can be told of it when nothing moves any more: who took it last (the owner
 * word, one of the lines that the lock protects), and, in each thread's own cells, which owner
 * word's lock it waits for and which it holds. Plain stores, read by nobody while things move.
 * Threads that share the lock do not write the owner word: it names the last that had it alone.
 */
export class Guard {
  private readonly words: Int32Array;
  private readonly lock: Lock;
  private readonly shared: SharedLock;
  private readonly ownerAt: number;
  private readonly self: number;
  private readonly counters: Counters;

  /**
   * @param shared the same lock, where readers share it; else null, and nobody calls `enterShared`
   * @param ownerAt the owner word: the number of the thread that took the lock last, plus 1
   */
  constructor(
    memory: SharedMemory,
    lock: Lock,
    shared: SharedLock | null,
    ownerAt: number,
    self: number,
    counters: Counters,
  ) {
    this.words = memory.words;
    this.lock = lock;
    this.shared = shared as SharedLock;
    this.ownerAt = ownerAt;
    this.self = self;
    this.counters = counters;
  }

  enter(): void {
    this.counters.set(WAITS_FOR, this.ownerAt);
    this.lock.acquire(this.self);
    this.counters.set(WAITS_FOR, 0);
    this.counters.set(HOLDS, this.ownerAt);
    this.words[this.ownerAt] = this.self + 1;
    this.counters.add(ACQUISITIONS, 1);
  }

  leave(): void {
    this.counters.set(HOLDS, 0);
    this.lock.release(this.self);
  }

  enterShared(): void {
    this.counters.set(WAITS_FOR, this.ownerAt);
    this.shared.acquireShared(this.self);
    this.counters.set(WAITS_FOR, 0);
    this.counters.set(HOLDS, this.ownerAt);
    this.counters.add(ACQUISITIONS, 1);
  }

  leaveShared(): void {
    this.counters.set(HOLDS, 0);
    this.shared.releaseShared(this.self);
  }
}
