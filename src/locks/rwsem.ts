import { nowNs } from '../sync/clock.js';
import type { Counters } from '../sync/counters.js';
import { LINE_WORDS } from '../sync/layout.js';
import type { LockSite, SharedLock } from './lock.js';
import { WaitList } from './wait-list.js';

/**
 * The kernel's reader–writer semaphore (kernel/locking/rwsem.c, Linux 6.2), without its optimistic
 * spinning: readers share it, a writer has it alone, and who must wait sleeps on a first-in
 * first-out list. No reader joins others while anybody waits, so writers are not starved; a wake-up
 * that comes to a reader lets in every reader on the list, so readers are not either. A writer
 * may take a free word ahead of the list, until the first on it has been passed once.
 *
 * | bits of word 0 | meaning |
 * | --- | --- |
 * | 0 `WRITER` | a writer has it |
 * | 1 `WAITERS` | the list is not empty |
 * | 2 `HANDOFF` | the first on the list was passed: nobody else may take it |
 * | 8–30 | how many readers have it, counting for moments those that find they may not |
 *
 * Words 1 to 3 are the list and its spin lock (`wait-list.ts`); then comes a line for each thread,
 * its node. The kernel asks for the hand-off after 4 ms of waiting; here it is asked for by the
 * first wake-up that comes to nothing, as the mutex does it, so that no clock decides.
 */
const WRITER = 1;
const WAITERS = 2;
const HANDOFF = 4;
const READER = 1 << 8;
const READERS = ~(READER - 1);
const HELD = READERS | WRITER;

const LIST = 1;
/** What one on the list waits for. */
const TO_READ = 1;
const TO_WRITE = 2;

export class RwSem implements SharedLock {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly counters: Counters;
  private readonly waiters: WaitList;

  constructor(site: LockSite) {
    const { words } = site.memory;
    const { at, counters } = site;
    this.words = words;
    this.at = at;
    this.counters = counters;
    this.waiters = new WaitList(words, at + LIST, at + LINE_WORDS, LINE_WORDS, counters);
  }

  acquire(self: number): void {
    if (Atomics.compareExchange(this.words, this.at, 0, WRITER) !== 0) this.acquireSlow(self);
  }

  release(_self: number): void {
    if ((Atomics.sub(this.words, this.at, WRITER) & WAITERS) !== 0) this.wake();
  }

  acquireShared(self: number): void {
    const before = Atomics.add(this.words, this.at, READER);
    if ((before & (WRITER | WAITERS | HANDOFF)) !== 0) this.acquireSharedSlow(self);
  }

  releaseShared(_self: number): void {
    const before = Atomics.sub(this.words, this.at, READER);
    if (((before - READER) & (HELD | WAITERS)) === WAITERS) this.wake();
  }

  private acquireSlow(self: number): void {
    if (this.takeAhead()) return;
    const begunNs = nowNs();
    this.writeInLine(self);
    this.counters.addWait(nowNs() - begunNs);
  }

  /** `rwsem_try_write_lock_unqueued`: a free word, though others wait for it. */
  private takeAhead(): boolean {
    let word = Atomics.load(this.words, this.at);
    while ((word & (HELD | HANDOFF)) === 0) {
      const seen = Atomics.compareExchange(this.words, this.at, word, word | WRITER);
      if (seen === word) return true;
      word = seen;
    }
    return false;
  }

  private writeInLine(self: number): void {
    this.waiters.lock();
    this.waiters.append(self, TO_WRITE);
    if (this.waiters.first() === self + 1) Atomics.or(this.words, this.at, WAITERS);
    this.waiters.prepareToSleep(self);
    let wasWoken = false;
    while (!this.tryWrite(self, wasWoken)) {
      this.waiters.unlock();
      this.waiters.sleep(self);
      wasWoken = true;
      this.waiters.prepareToSleep(self);
      this.waiters.lock();
    }
    this.waiters.stayAwake(self);
    this.waiters.settle(self + 1);
    this.waiters.remove(self + 1);
    this.waiters.unlock();
  }

  /** `rwsem_try_write_lock`, with the list locked. Takes the flags with it where it is alone. */
  private tryWrite(self: number, wasWoken: boolean): boolean {
    const isFirst = this.waiters.first() === self + 1;
    let word = Atomics.load(this.words, this.at);
    for (;;) {
      const isHeld = (word & HELD) !== 0;
      if (isHeld && (!isFirst || !wasWoken || (word & HANDOFF) !== 0)) return false;
      if (!isFirst && (word & HANDOFF) !== 0) return false;
      let wanted = word | HANDOFF;
      if (!isHeld) wanted = WRITER | (this.waiters.isAlone(self) ? 0 : WAITERS);
      const seen = Atomics.compareExchange(this.words, this.at, word, wanted);
      if (seen === word) return !isHeld;
      word = seen;
    }
  }

  private acquireSharedSlow(self: number): void {
    const begunNs = nowNs();
    this.waiters.lock();
    const isFirst = this.waiters.first() === 0;
    if (isFirst && (Atomics.load(this.words, this.at) & WRITER) === 0) {
      // It has been counted as a reader all the while, and rightly so.
      this.waiters.unlock();
    } else {
      this.waiters.append(self, TO_READ);
      this.takeBackReader(isFirst ? WAITERS : 0);
      this.sleepUntilLetIn(self);
    }
    this.counters.addWait(nowNs() - begunNs);
  }

  private sleepUntilLetIn(self: number): void {
    this.waiters.prepareToSleep(self);
    while (this.waiters.kindOf(self + 1) !== 0) {
      this.waiters.sleep(self);
      this.waiters.prepareToSleep(self);
    }
    this.waiters.stayAwake(self);
  }

  /** No reader after all, but a waiter; unlocks the list. */
  private takeBackReader(flag: number): void {
    const before = Atomics.add(this.words, this.at, flag - READER);
    let heir = 0;
    // Its count may have been all that kept the word from being free: see to the wake-up.
    if (((before - READER) & HELD) === 0) heir = this.chooseHeirs();
    this.waiters.unlock();
    if (heir !== 0) this.waiters.wake(heir);
  }

  private wake(): void {
    this.waiters.lock();
    const heir = this.chooseHeirs();
    this.waiters.unlock();
    if (heir !== 0) this.waiters.wake(heir);
  }

  /**
   * `rwsem_mark_wake`, with the list locked: a writer at its head is to be woken, to try for
   * itself; a reader there is let in, with all readers on the list.
   * @returns the writer to wake, or 0
   */
  private chooseHeirs(): number {
    const first = this.waiters.first();
    if (first === 0 || this.waiters.kindOf(first) === TO_WRITE) return first;
    const before = Atomics.add(this.words, this.at, READER);
    if ((before & WRITER) !== 0) {
      // A writer took it ahead of the list: once.
      Atomics.sub(this.words, this.at, READER);
      Atomics.or(this.words, this.at, HANDOFF);
      return 0;
    }
    this.letReadersIn(first);
    return 0;
  }

  private letReadersIn(first: number): void {
    // The first has been counted; the flags go with the last of the list.
    let count = -READER;
    let waiter = first;
    while (waiter !== 0) {
      if (this.waiters.kindOf(waiter) === TO_READ) count += READER;
      waiter = this.waiters.after(waiter);
    }
    Atomics.add(this.words, this.at, count);
    waiter = first;
    while (waiter !== 0) {
      const next = this.waiters.after(waiter);
      if (this.waiters.kindOf(waiter) === TO_READ) {
        this.waiters.remove(waiter);
        this.waiters.settle(waiter);
        this.waiters.wake(waiter);
      }
      waiter = next;
    }
    Atomics.and(this.words, this.at, this.waiters.first() === 0 ? ~(WAITERS | HANDOFF) : ~HANDOFF);
  }
}
