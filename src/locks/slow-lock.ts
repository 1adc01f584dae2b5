import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import { spinFor } from '../sync/spin.js';
import type { Lock } from './lock.js';

/**
 * A fault: any lock with its critical sections made longer by a factor. The time is spent inside
 * the lock, where a slower index or a longer callback would spend it; nothing is added to what is
 * measured. Its timestamps, which is why it is a lock of its own, are inside as well: some 250 ns that
 * come on top of the factor, and are more than it where sections are short.
 */
export class SlowLock implements Lock {
  private readonly inner: Lock;
  private readonly excess: number;
  private readonly counters: Counters;

  /** @param factor 1.25 makes sections a quarter longer */
  constructor(inner: Lock, factor: number, counters: Counters) {
    this.inner = inner;
    this.excess = factor - 1;
    this.counters = counters;
  }

  acquire(self: number): void {
    this.inner.acquire(self);
    this.counters.set(COUNTER.heldSinceNs, nowNs());
  }

  release(self: number): void {
    spinFor((nowNs() - this.counters.read(COUNTER.heldSinceNs)) * this.excess);
    this.inner.release(self);
  }
}
