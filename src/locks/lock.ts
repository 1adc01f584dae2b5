import type { LockName } from '../model/algorithm-names.js';
import type { Counters } from '../sync/counters.js';
import type { Cpus } from '../sync/cpu.js';
import { LINE_WORDS } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import { CnaLock } from './cna.js';
import { LinuxMutex } from './linux-mutex.js';
import { McsLock } from './mcs.js';
import { McsParkLock } from './mcs-park.js';
import { FutexMutex } from './mutex.js';
import { RwSem } from './rwsem.js';
import { TasLock } from './tas.js';
import { TicketLock } from './ticket.js';
import { TtasLock } from './ttas.js';

/**
 * What every lock is: two verbs over words of the shared memory.
 *
 * A lock object belongs to one thread; the lock itself is the words, which start as zeros and are
 * zeros again whenever nobody has the lock or waits for it. The fast path of `acquire` is short
 * and takes no timestamp; a wait is timed by the slow path alone, as the kernel's
 * `lock:contention_begin` and `contention_end` tracepoints do it.
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
  /** Whether the first word is 0 exactly while the lock is free: then an audit can tell. */
  readonly isZeroWhenFree: boolean;
  /** Words of zeroed shared state for this many threads. */
  words(threads: number): number;
  create(site: LockSite): Lock;
}

/** A line for the lock, and lines for each thread's node. */
const withNodes = (linesAThread: number) => (threads: number) =>
  (1 + threads * linesAThread) * LINE_WORDS;

/** The registry: a lock is on this list, or it does not exist. */
export const LOCKS: Readonly<Record<LockName, LockAlgorithm>> = {
  mutex: {
    name: 'mutex',
    order: 'passing',
    waiting: 'parks',
    isZeroWhenFree: true,
    words: () => 1,
    create: (site) => new FutexMutex(site),
  },
  'linux-mutex': {
    name: 'linux-mutex',
    order: 'passing',
    waiting: 'parks',
    isZeroWhenFree: true,
    words: withNodes(2),
    create: (site) => new LinuxMutex(site),
  },
  tas: {
    name: 'tas',
    order: 'passing',
    waiting: 'spins',
    isZeroWhenFree: true,
    words: () => 1,
    create: (site) => new TasLock(site),
  },
  ttas: {
    name: 'ttas',
    order: 'passing',
    waiting: 'spins',
    isZeroWhenFree: true,
    words: () => 1,
    create: (site) => new TtasLock(site),
  },
  ticket: {
    name: 'ticket',
    order: 'fifo',
    waiting: 'spins',
    isZeroWhenFree: true,
    words: () => 1,
    create: (site) => new TicketLock(site),
  },
  mcs: {
    name: 'mcs',
    order: 'fifo',
    waiting: 'spins',
    isZeroWhenFree: true,
    words: withNodes(1),
    create: (site) => new McsLock(site),
  },
  'mcs-park': {
    name: 'mcs-park',
    order: 'fifo',
    waiting: 'parks',
    isZeroWhenFree: true,
    words: withNodes(1),
    create: (site) => new McsParkLock(site),
  },
  cna: {
    name: 'cna',
    order: 'node-fifo',
    waiting: 'spins',
    isZeroWhenFree: true,
    words: withNodes(1),
    create: (site) => new CnaLock(site),
  },
  rwsem: {
    name: 'rwsem',
    order: 'passing',
    waiting: 'parks',
    isZeroWhenFree: true,
    words: withNodes(1),
    create: (site) => new RwSem(site),
  },
};
