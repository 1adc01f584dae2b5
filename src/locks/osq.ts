import type { Cpus } from '../sync/cpu.js';
import { spinWhileBoth } from '../sync/spin.js';

/**
 * The queue of optimistic spinners of the kernel's mutex (kernel/locking/osq_lock.c, Linux 6.2): an
 * MCS lock whose waiters may give up. Whoever spins for the mutex must have it first, so that one
 * thread at a time looks at the owner word; whoever is not to spin any longer, because its own time
 * is up or its predecessor sleeps, leaves the queue from the middle.
 *
 * | word | meaning |
 * | --- | --- |
 * | tail | the last spinner, or 0 |
 * | of a spinner's node: 0 | who spins behind it, or 0 while that is not known |
 * | 1 | who spins before it; `LOCKED` once it is its turn; 0 outside the queue |
 *
 * Spinners are linked by their number plus 1; a thread's node stands for a CPU's, since a thread
 * is in one queue at a time. The kernel has `prev` and `locked` as two fields. Here they are one word,
 * because a waiter always waits for either to change; only the one before it writes it, `prev` while
 * that one leaves and `LOCKED` when it unlocks, so neither overwrites the other.
 */
const NEXT = 0;
const LINK = 1;
const LOCKED = -1;
const WHOLE_WORD = -1;

export class Osq {
  private readonly words: Int32Array;
  private readonly tailAt: number;
  private readonly nodesAt: number;
  private readonly stride: number;
  private readonly cpus: Cpus;

  /**
   * @param nodesAt the node of thread 0
   * @param stride words from one node to the next
   */
  constructor(words: Int32Array, tailAt: number, nodesAt: number, stride: number, cpus: Cpus) {
    this.words = words;
    this.tailAt = tailAt;
    this.nodesAt = nodesAt;
    this.stride = stride;
    this.cpus = cpus;
  }

  /** @returns whether it is this thread's turn; if not, it has left the queue */
  lock(self: number): boolean {
    const me = self + 1;
    const linkAt = this.nodeOf(me) + LINK;
    let before = Atomics.exchange(this.words, this.tailAt, me);
    if (before === 0) return true;
    Atomics.store(this.words, linkAt, before);
    Atomics.store(this.words, this.nodeOf(before) + NEXT, me);
    while (this.cpus.spinOnOwner(linkAt, WHOLE_WORD, before, before - 1)) {
      before = Atomics.load(this.words, linkAt);
      if (before === LOCKED) return this.enter(linkAt);
    }
    return this.unqueue(me);
  }

  unlock(self: number): void {
    const me = self + 1;
    if (Atomics.compareExchange(this.words, this.tailAt, me, 0) === me) return;
    let next = Atomics.exchange(this.words, this.nodeOf(me) + NEXT, 0);
    if (next === 0) next = this.waitNext(me, 0);
    if (next !== 0) Atomics.store(this.words, this.nodeOf(next) + LINK, LOCKED);
  }

  /** @returns true where the turn came while leaving */
  private unqueue(me: number): boolean {
    const linkAt = this.nodeOf(me) + LINK;
    let before = Atomics.load(this.words, linkAt);
    // Step A: undo the link from the one before, which then waits for a new one. Where it is gone
    // already, that one is unlocking or leaving itself, and this thread's own link will tell.
    while (before !== LOCKED) {
      const nextAt = this.nodeOf(before) + NEXT;
      const seen = Atomics.compareExchange(this.words, nextAt, me, 0);
      if (seen === me) break;
      spinWhileBoth(this.words, nextAt, seen, linkAt, before);
      before = Atomics.load(this.words, linkAt);
    }
    if (before === LOCKED) return this.enter(linkAt);
    // Step B: get hold of the one behind, or make the one before the last.
    const next = this.waitNext(me, before);
    Atomics.store(this.words, linkAt, 0);
    if (next === 0) return false;
    // Step C: link the two. Both keep still: one waits for its next, the other for its link.
    Atomics.store(this.words, this.nodeOf(next) + LINK, before);
    Atomics.store(this.words, this.nodeOf(before) + NEXT, next);
    return false;
  }

  /**
   * Takes the one behind out of the node, waiting until it has linked itself.
   * @param before who is to be the last if there is nobody behind
   * @returns the one behind, or 0
   */
  private waitNext(me: number, before: number): number {
    const nextAt = this.nodeOf(me) + NEXT;
    for (;;) {
      const tail = Atomics.load(this.words, this.tailAt);
      if (tail === me && Atomics.compareExchange(this.words, this.tailAt, me, before) === me) {
        return 0;
      }
      // Not left in the node, where the one behind could take it for still valid when it leaves.
      const next = Atomics.exchange(this.words, nextAt, 0);
      if (next !== 0) return next;
      spinWhileBoth(this.words, this.tailAt, tail, nextAt, 0);
    }
  }

  private enter(linkAt: number): boolean {
    Atomics.store(this.words, linkAt, 0);
    return true;
  }

  private nodeOf(spinner: number): number {
    return this.nodesAt + (spinner - 1) * this.stride;
  }
}
