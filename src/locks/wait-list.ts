import { COUNTER, type Counters } from '../sync/counters.js';
import { spinUntilExchanged } from '../sync/spin.js';

/**
 * What the kernel's sleeping locks have in common: a first-in first-out list of waiters under a
 * small spin lock (`wait_lock`), and sleeping as `set_current_state()`, a last look, `schedule()`.
 *
 * | word | meaning |
 * | --- | --- |
 * | 0 | the spin lock: 1 while somebody is at the list |
 * | 1, 2 | the first and the last waiter, or 0 |
 * | of a waiter's node: 0, 1 | who waits behind it and before it, or 0 |
 * | 2 | 1 from the moment it decides to sleep until it is woken |
 * | 3 | what it waits for: the lock's to give a meaning to; 0 if it does not wait |
 *
 * Waiters are linked by their number plus 1. `append`, `remove` and the links are for whoever has
 * the spin lock.
 */
const LOCKED = 0;
const FIRST = 1;
const LAST = 2;
export const WAIT_LIST_WORDS = 3;

const NEXT = 0;
const PREV = 1;
const ASLEEP = 2;
const KIND = 3;

const { parks: PARKS, wakes: WAKES } = COUNTER;

export class WaitList {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly nodesAt: number;
  private readonly stride: number;
  private readonly counters: Counters;

  /**
   * @param nodesAt the node of thread 0
   * @param stride words from one node to the next
   */
  constructor(words: Int32Array, at: number, nodesAt: number, stride: number, counters: Counters) {
    this.words = words;
    this.at = at;
    this.nodesAt = nodesAt;
    this.stride = stride;
    this.counters = counters;
  }

  lock(): void {
    if (Atomics.exchange(this.words, this.at + LOCKED, 1) !== 0) {
      spinUntilExchanged(this.words, this.at + LOCKED, 1, 0);
    }
  }

  unlock(): void {
    Atomics.store(this.words, this.at + LOCKED, 0);
  }

  /** The first waiter's number plus 1, or 0. Without the spin lock it may be old news. */
  first(): number {
    return Atomics.load(this.words, this.at + FIRST);
  }

  /** Whether this waiter is the only one. */
  isAlone(self: number): boolean {
    return this.first() === self + 1 && this.words[this.nodeOf(self + 1) + NEXT] === 0;
  }

  /** Who waits behind this one, by its number plus 1, or 0. */
  after(waiter: number): number {
    return this.words[this.nodeOf(waiter) + NEXT] as number;
  }

  append(self: number, kind: number): void {
    const me = self + 1;
    const last = this.words[this.at + LAST] as number;
    Atomics.store(this.words, this.nodeOf(me) + KIND, kind);
    this.words[this.nodeOf(me) + PREV] = last;
    if (last === 0) Atomics.store(this.words, this.at + FIRST, me);
    else this.words[this.nodeOf(last) + NEXT] = me;
    this.words[this.at + LAST] = me;
  }

  /** Takes it off the list, wherever it stands. What it waited for stays until it is told. */
  remove(waiter: number): void {
    const node = this.nodeOf(waiter);
    const next = this.words[node + NEXT] as number;
    const prev = this.words[node + PREV] as number;
    if (prev === 0) Atomics.store(this.words, this.at + FIRST, next);
    else this.words[this.nodeOf(prev) + NEXT] = next;
    if (next === 0) this.words[this.at + LAST] = prev;
    else this.words[this.nodeOf(next) + PREV] = prev;
    this.words[node + NEXT] = 0;
    this.words[node + PREV] = 0;
  }

  kindOf(waiter: number): number {
    return Atomics.load(this.words, this.nodeOf(waiter) + KIND);
  }

  /** Tells a waiter that what it waited for has come. */
  settle(waiter: number): void {
    Atomics.store(this.words, this.nodeOf(waiter) + KIND, 0);
  }

  /** From here on a wake-up is not lost; then comes a last look at what is waited for. */
  prepareToSleep(self: number): void {
    Atomics.store(this.words, this.nodeOf(self + 1) + ASLEEP, 1);
  }

  /** Sleeps until somebody woke this thread after it had prepared to sleep. */
  sleep(self: number): void {
    const asleepAt = this.nodeOf(self + 1) + ASLEEP;
    while (Atomics.load(this.words, asleepAt) === 1) {
      if (Atomics.wait(this.words, asleepAt, 1) === 'ok') this.counters.add(PARKS, 1);
    }
  }

  /** The last look said that there is no need to sleep. */
  stayAwake(self: number): void {
    Atomics.store(this.words, this.nodeOf(self + 1) + ASLEEP, 0);
  }

  /** Like the kernel's, it may come when the waiter no longer expects it. */
  wake(waiter: number): void {
    const asleepAt = this.nodeOf(waiter) + ASLEEP;
    if (Atomics.load(this.words, asleepAt) === 0) return;
    if (Atomics.exchange(this.words, asleepAt, 0) === 0) return;
    if (Atomics.notify(this.words, asleepAt, 1) > 0) this.counters.add(WAKES, 1);
  }

  private nodeOf(waiter: number): number {
    return this.nodesAt + (waiter - 1) * this.stride;
  }
}
