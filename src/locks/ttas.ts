import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import { pauseFor, spinWhile } from '../sync/spin.js';
import type { Lock, LockSite } from './lock.js';

/**
 * Test, then test and set, with exponential back-off: Thomas E. Anderson, *The Performance of Spin
 * Lock Alternatives for Shared-Memory Multiprocessors* (IEEE TPDS 1(1), 1990); John M.
 * Mellor-Crummey and Michael L. Scott, *Algorithms for Scalable Synchronization on Shared-Memory
 * Multiprocessors* (ACM TOCS 9(1), 1991), section 2.1.
 *
 * A waiter reads until the word is free, which its own cache answers, and only then tries to take
 * it. Whoever loses that race pauses before it looks again, twice as long each time, so that a
 * release is not answered by all at once. The pauses of two threads differ by their numbers, for
 * equal ones would only move the race.
 *
 * | word | state |
 * | --- | --- |
 * | 0 | free |
 * | 1 | held |
 */
const FREE = 0;
const HELD = 1;

/** The first pause in looks, a power of two, and how often it is doubled. */
const SHORTEST_PAUSE = 4;
const LONGEST_PAUSE = 1024;

const PARKS = COUNTER.parks;

export class TtasLock implements Lock {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly counters: Counters;

  constructor(site: LockSite) {
    this.words = site.memory.words;
    this.at = site.at;
    this.counters = site.counters;
  }

  acquire(self: number): void {
    if (Atomics.exchange(this.words, this.at, HELD) !== FREE) this.acquireSlow(self);
  }

  release(_self: number): void {
    Atomics.store(this.words, this.at, FREE);
  }

  private acquireSlow(self: number): void {
    const begunNs = nowNs();
    let pause = SHORTEST_PAUSE;
    let naps = spinWhile(this.words, this.at, HELD);
    while (Atomics.exchange(this.words, this.at, HELD) !== FREE) {
      pauseFor(pause + (Math.imul(self, 5) & (pause - 1)));
      if (pause < LONGEST_PAUSE) pause *= 2;
      naps += spinWhile(this.words, this.at, HELD);
    }
    this.counters.add(PARKS, naps);
    this.counters.addWait(nowNs() - begunNs);
  }
}
