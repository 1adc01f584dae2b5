import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import type { Cpus } from '../sync/cpu.js';
import { spinWhile } from '../sync/spin.js';
import type { Lock, LockSite } from './lock.js';

/**
 * A lock of the user's own, made a lock of ours. What it waits for goes through `sync.spinWhile`,
 * and that is what the wait statistics see: the first wait of an acquisition takes a timestamp, the
 * end of the acquisition another, and it counts as contended once, however often it waited. An
 * acquisition that never had to spin takes none. A wait in a release, for a successor to link
 * itself, say, is nobody's wait for the lock and is not counted.
 *
 * `waitBegunNs`, a cell of the thread's own, is 0 outside a wait, the time at which the
 * acquisition began to wait, or `RELEASING`.
 */
const RELEASING = -1;

const { waitBegunNs: WAIT_BEGUN_NS, parks: PARKS } = COUNTER;

/** What the module's `createLock` is given as `sync`: the only way for it to wait. */
export class UserSync {
  private readonly counters: Counters;
  private readonly cpus: Cpus;

  constructor(site: LockSite) {
    this.counters = site.counters;
    this.cpus = site.cpus;
  }

  /** Waits while the word has the value. */
  spinWhile(memory: Int32Array, index: number, value: number): void {
    if (Atomics.load(memory, index) === value) this.spinOn(memory, index, value);
  }

  /** Monotonic time in nanoseconds. */
  now(): number {
    return nowNs();
  }

  /** The NUMA node of a thread, from 0. */
  node(self: number): number {
    return this.cpus.node(self);
  }

  private spinOn(memory: Int32Array, index: number, value: number): void {
    const begunNs = this.counters.read(WAIT_BEGUN_NS);
    if (begunNs === 0) this.counters.set(WAIT_BEGUN_NS, nowNs());
    const naps = spinWhile(memory, index, value);
    if (begunNs !== RELEASING) this.counters.add(PARKS, naps);
  }
}

export class UserLock implements Lock {
  private readonly inner: Lock;
  private readonly counters: Counters;

  /** @param inner what the module's `createLock` returned */
  constructor(inner: Lock, site: LockSite) {
    this.inner = inner;
    this.counters = site.counters;
  }

  acquire(self: number): void {
    this.inner.acquire(self);
    if (this.counters.read(WAIT_BEGUN_NS) !== 0) this.endWait();
  }

  release(self: number): void {
    this.counters.set(WAIT_BEGUN_NS, RELEASING);
    this.inner.release(self);
    this.counters.set(WAIT_BEGUN_NS, 0);
  }

  private endWait(): void {
    this.counters.addWait(nowNs() - this.counters.read(WAIT_BEGUN_NS));
    this.counters.set(WAIT_BEGUN_NS, 0);
  }
}
