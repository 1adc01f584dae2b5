import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import { spinUntilExchanged } from '../sync/spin.js';
import type { Lock, LockSite } from './lock.js';

/**
 * Test and set, the simplest lock there is: whoever's atomic exchange finds 0 has it. Every try
 * writes, so that the word's cache line goes from waiter to waiter for as long as they wait, and
 * the holder's release must queue for it too. Its cost under contention is the first figure of
 * Thomas E. Anderson, *The Performance of Spin Lock Alternatives for Shared-Memory
 * Multiprocessors* (IEEE TPDS 1(1), 1990).
 *
 * | word | state |
 * | --- | --- |
 * | 0 | free |
 * | 1 | held |
 */
const FREE = 0;
const HELD = 1;

const PARKS = COUNTER.parks;

export class TasLock implements Lock {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly counters: Counters;

  constructor(site: LockSite) {
    this.words = site.memory.words;
    this.at = site.at;
    this.counters = site.counters;
  }

  acquire(_self: number): void {
    if (Atomics.exchange(this.words, this.at, HELD) !== FREE) this.acquireSlow();
  }

  release(_self: number): void {
    Atomics.store(this.words, this.at, FREE);
  }

  private acquireSlow(): void {
    const begunNs = nowNs();
    this.counters.add(PARKS, spinUntilExchanged(this.words, this.at, HELD, FREE));
    this.counters.addWait(nowNs() - begunNs);
  }
}
