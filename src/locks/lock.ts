import type { Counters } from '../sync/counters.js';
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

/** Where a lock lives and what it reports to. */
export interface LockSite {
  readonly memory: SharedMemory;
  /** The lock's first word; it has a cache line of its own. */
  readonly at: number;
  readonly counters: Counters;
}

export interface LockAlgorithm {
  readonly name: string;
  /** Words of zeroed shared state for this many threads. */
  words(threads: number): number;
  create(site: LockSite): Lock;
}

/** The registry: a lock is on this list, or it does not exist. */
export const LOCKS: { readonly mutex: LockAlgorithm } = {
  mutex: {
    name: 'mutex',
    words: () => 1,
    create: (site) => new FutexMutex(site),
  },
};
export type LockName = keyof typeof LOCKS;
