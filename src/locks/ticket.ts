import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import { spinInLine } from '../sync/spin.js';
import type { Lock, LockSite } from './lock.js';

/**
 * The ticket lock: take the next number, wait until it is called. First come, first served, in
 * one word, and with every waiter looking at that word. David P. Reed and Rajendra K. Kanodia,
 * *Synchronization with Eventcounts and Sequencers* (CACM 22(2), 1979); as a spin lock with
 * proportional waiting, Mellor-Crummey and Scott (ACM TOCS 9(1), 1991), section 2.2. Both numbers
 * in one word, as Linux had it on x86 from 2.6.25 to 4.1 (arch/x86/include/asm/spinlock.h).
 *
 * | bits | meaning |
 * | --- | --- |
 * | 0–15 | the ticket that is being served |
 * | 16–31 | the ticket that the next to come takes |
 *
 * Equal numbers mean that it is free. A release that leaves nobody waiting starts the numbers
 * from zero again: a free lock is a word of 0, and an uncontended holder has ticket 0. Who waits
 * knows how many go before it, and need not look as often while they are many.
 */
const NEXT = 1 << 16;
const SERVED = NEXT - 1;
/** Ticket 0 is being served, and nobody has come since. */
const HELD_ALONE = NEXT;

const PARKS = COUNTER.parks;

export class TicketLock implements Lock {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly counters: Counters;

  constructor(site: LockSite) {
    this.words = site.memory.words;
    this.at = site.at;
    this.counters = site.counters;
  }

  acquire(_self: number): void {
    const seen = Atomics.add(this.words, this.at, NEXT);
    if (seen >>> 16 !== (seen & SERVED)) this.waitFor(seen >>> 16);
  }

  release(_self: number): void {
    if (Atomics.compareExchange(this.words, this.at, HELD_ALONE, 0) !== HELD_ALONE) {
      this.serveNext();
    }
  }

  private waitFor(ticket: number): void {
    const begunNs = nowNs();
    let naps = 0;
    let seen = Atomics.load(this.words, this.at);
    while ((seen & SERVED) !== ticket) {
      naps += spinInLine(this.words, this.at, seen, ((ticket - seen) & SERVED) - 1);
      seen = Atomics.load(this.words, this.at);
    }
    this.counters.add(PARKS, naps);
    this.counters.addWait(nowNs() - begunNs);
  }

  private serveNext(): void {
    const seen = Atomics.load(this.words, this.at);
    const served = seen & SERVED;
    const isLast = seen >>> 16 === ((served + 1) & SERVED);
    if (isLast && Atomics.compareExchange(this.words, this.at, seen, 0) === seen) return;
    // Nobody else changes what is served; from the last number to the first without a carry.
    Atomics.add(this.words, this.at, served === SERVED ? -SERVED : 1);
  }
}
