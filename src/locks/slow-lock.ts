import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import { spinFor } from '../sync/spin.js';
import type { Lock } from './lock.js';

const EXCESS = 0;
const READING_NS = 1;

/**
 * A fault: any lock with its critical sections made longer by a factor. The time is spent inside
 * the lock, where a slower index or a longer callback would spend it; nothing is added to what is
 * measured. What its own clock readings take, one on each side of a section, is part of the time
 * to be spent. So a section is longer by the factor, give or take half a reading; one that should
 * grow by less than two readings grows by two.
 */
export class SlowLock implements Lock {
  private readonly inner: Lock;
  /** Doubles whatever they are: a field that was whole and is not costs V8 the compiled section. */
  private readonly figures: Float64Array;
  private readonly counters: Counters;

  /**
   * @param factor 1.25 makes sections a quarter longer
   * @param readingNs what a reading of the clock takes on this thread
   */
  constructor(inner: Lock, factor: number, readingNs: number, counters: Counters) {
    this.inner = inner;
    this.figures = new Float64Array([factor - 1, readingNs]);
    this.counters = counters;
  }

  acquire(self: number): void {
    this.inner.acquire(self);
    this.counters.set(COUNTER.heldSinceNs, nowNs());
  }

  release(self: number): void {
    const endNs = nowNs();
    const readingNs = this.figures[READING_NS] as number;
    const sectionNs = endNs - this.counters.read(COUNTER.heldSinceNs) - readingNs;
    // A spin ends with the first reading that is late enough: half a one too late on average.
    const leftNs = sectionNs * (this.figures[EXCESS] as number) - 2 * readingNs - readingNs / 2;
    if (leftNs > 0) spinFor(leftNs, endNs);
    this.inner.release(self);
  }
}
