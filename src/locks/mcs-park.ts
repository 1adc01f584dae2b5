import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import { LINE_WORDS } from '../sync/layout.js';
import { spinBriefly, spinWhile } from '../sync/spin.js';
import type { Lock, LockSite } from './lock.js';

/**
 * The MCS queue (`mcs.ts`) with waiters that sleep: spin, then park, as Dave Dice, *Malthusian
 * Locks* (EuroSys 2017), section 2, has it for queue locks. Only the next in line spins, and not
 * for long; everybody else sleeps at once, on a word of its own. Whoever grants the lock calls into
 * the system only for a waiter that says it sleeps.
 *
 * | word | meaning |
 * | --- | --- |
 * | 0 | the tail: the last in the queue, the holder included, or 0 |
 * | a line for each thread: 0 | who comes after it, or 0 |
 * | 1 | 0: has the lock, or does not want it; 1: waits; 2: waits and may be asleep |
 *
 * Threads are linked by their number plus 1. Nodes are zeros outside acquire … release.
 */
const NEXT = 0;
const STATE = 1;

const GRANTED = 0;
const AWAKE = 1;
const ASLEEP = 2;

/** Of the next in line. */
const LOOKS = 100;

const { parks: PARKS, wakes: WAKES } = COUNTER;
const LINE = LINE_WORDS;

export class McsParkLock implements Lock {
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
    const stateAt = this.at + me * LINE + STATE;
    // Asked before the link is there: until then the node before is not used again.
    const isNext = Atomics.load(this.words, this.at + before * LINE + STATE) === GRANTED;
    Atomics.store(this.words, stateAt, isNext ? AWAKE : ASLEEP);
    Atomics.store(this.words, this.at + before * LINE + NEXT, me);
    if (!isNext || !this.isGrantedSoon(stateAt)) this.park(stateAt);
    this.counters.addWait(nowNs() - begunNs);
  }

  private isGrantedSoon(stateAt: number): boolean {
    if (spinBriefly(this.words, stateAt, AWAKE, LOOKS)) return true;
    return Atomics.compareExchange(this.words, stateAt, AWAKE, ASLEEP) === GRANTED;
  }

  private park(stateAt: number): void {
    while (Atomics.load(this.words, stateAt) === ASLEEP) {
      if (Atomics.wait(this.words, stateAt, ASLEEP) === 'ok') this.counters.add(PARKS, 1);
    }
  }

  private grantNext(me: number): void {
    const nextAt = this.at + me * LINE + NEXT;
    // Somebody has exchanged the tail; that it links itself is a matter of moments.
    spinWhile(this.words, nextAt, 0);
    const next = Atomics.load(this.words, nextAt);
    Atomics.store(this.words, nextAt, 0);
    const stateAt = this.at + next * LINE + STATE;
    if (Atomics.exchange(this.words, stateAt, GRANTED) === ASLEEP) this.wake(stateAt);
  }

  private wake(stateAt: number): void {
    if (Atomics.notify(this.words, stateAt, 1) > 0) this.counters.add(WAKES, 1);
  }
}
