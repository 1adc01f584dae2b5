import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import { LINE_WORDS } from '../sync/layout.js';
import { spinInQueue, spinWhile } from '../sync/spin.js';
import type { Lock, LockSite } from './lock.js';

/**
 * The queue lock of John M. Mellor-Crummey and Michael L. Scott, *Algorithms for Scalable
 * Synchronization on Shared-Memory Multiprocessors* (ACM TOCS 9(1), 1991), figure 5. Whoever
 * comes exchanges itself for the queue's tail, links itself behind who was there and spins on a
 * word of its own, which its predecessor clears: first come, first served, and a release reaches
 * the one cache that waits for it.
 *
 * | word | meaning |
 * | --- | --- |
 * | 0 | the tail: the last in the queue, the holder included, or 0 |
 * | a line for each thread: 0 | who comes after it, or 0 |
 * | 1 | whom it queued behind, for as long as it waits; else 0 |
 *
 * Threads are linked by their number plus 1. Nodes are zeros outside acquire … release. The paper's
 * `locked` is a flag; as the predecessor's number it costs nothing more, and tells a waiter that
 * gives its CPU away how many are before it.
 */
const NEXT = 0;
const BEFORE = 1;

const PARKS = COUNTER.parks;
const LINE = LINE_WORDS;

export class McsLock implements Lock {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly counters: Counters;

  constructor(site: LockSite) {
    this.words = site.memory.words;
    this.at = site.at;
    this.counters = site.counters;
  }

  acquire(self: number): void {
    const before = Atomics.exchange(this.words, this.at, self + 1);
    if (before !== 0) this.queueBehind(before, self + 1);
  }

  release(self: number): void {
    const me = self + 1;
    if (Atomics.load(this.words, this.at + me * LINE + NEXT) === 0) {
      if (Atomics.compareExchange(this.words, this.at, me, 0) === me) return;
    }
    this.grantNext(me);
  }

  private queueBehind(before: number, me: number): void {
    const begunNs = nowNs();
    Atomics.store(this.words, this.at + me * LINE + BEFORE, before);
    Atomics.store(this.words, this.at + before * LINE + NEXT, me);
    this.counters.add(PARKS, spinInQueue(this.words, this.at + BEFORE, me, before));
    this.counters.addWait(nowNs() - begunNs);
  }

  private grantNext(me: number): void {
    const nextAt = this.at + me * LINE + NEXT;
    // Somebody has exchanged the tail; that it links itself is a matter of moments.
    spinWhile(this.words, nextAt, 0);
    const next = Atomics.load(this.words, nextAt);
    Atomics.store(this.words, nextAt, 0);
    Atomics.store(this.words, this.at + next * LINE + BEFORE, 0);
  }
}
