import type { LockName } from '../model/run-plan.js';
import type { Counters } from '../sync/counters.js';
import type { Cpus } from '../sync/cpu.js';
import type { SharedMemory } from '../sync/memory.js';
import { FutexMutex } from './mutex.js';

/**
 * What every lock is: two verbs over words of the shared memory.
 *
 * A lock object belongs to one thread; the lock itself is the words, which start as zeros. The
 * fast path of `acquire` is short and takes no timestamp; a wait is timed by the slow path
 * alone, as the kernel's `lock:contention_begin` and `contention_end` tracepoints do it.
 */
export interface Lock {
  /** @param self the calling thread's number, from 0 */
  acquire(self: number): void;
  /** Only by the thread that holds the lock. */
  release(self: number): void;
}

/** A lock that readers share. While one thread holds it alone, nobody shares it. */
export interface SharedLock extends Lock {
  acquireShared(self: number): void;
  releaseShared(self: number): void;
}

/** Where a lock lives, who uses it, and what it reports to. */
export interface LockSite {
  readonly memory: SharedMemory;
  /** The lock's first word; it has a cache line of its own. */
  readonly at: number;
  /** Threads are numbered from 0 up to this. */
  readonly threads: number;
  readonly counters: Counters;
  readonly cpus: Cpus;
}

export interface LockAlgorithm {
  readonly name: string;
  /**
   * Who comes next: `fifo`, whoever came first; `node-fifo`, the same within a NUMA node, and no
   * node for ever; `passing`, newcomers may pass whoever waits.
   */
  readonly order: 'fifo' | 'node-fifo' | 'passing';
  /** What a long wait costs: `parks` sleeps until it is woken, `spins` looks again and again. */
  readonly waiting: 'parks' | 'spins';
  /** Words of zeroed shared state for this many threads. */
  words(threads: number): number;
  create(site: LockSite): Lock;
}

/** The registry: a lock is on this list, or it does not exist. */
export const LOCKS: Readonly<Partial<Record<LockName, LockAlgorithm>>> & {
  readonly mutex: LockAlgorithm;
} = {
  mutex: {
    name: 'mutex',
    order: 'passing',
    waiting: 'parks',
    words: () => 1,
    create: (site) => new FutexMutex(site),
  },
};
