import { nowNs } from '../sync/clock.js';
import type { Counters } from '../sync/counters.js';
import type { Cpus } from '../sync/cpu.js';
import { LINE_WORDS } from '../sync/layout.js';
import type { Lock, LockSite } from './lock.js';
import { Osq } from './osq.js';
import { WaitList } from './wait-list.js';

/**
 * The kernel's mutex (kernel/locking/mutex.c, Linux 6.2, CONFIG_MUTEX_SPIN_ON_OWNER). Who finds it
 * held spins for as long as the owner is running, one spinner at a time (`osq.ts`); who may not
 * spin sleeps on a first-in first-out list (`wait-list.ts`). A release frees the word first and
 * wakes the first sleeper then, so that spinners and newcomers may pass it; a first sleeper that
 * was passed once asks for a hand-off, and the next release gives the lock to nobody else.
 *
 * | word | meaning |
 * | --- | --- |
 * | 0 | the owner's number plus 1, shifted by 3, and the flags below; 0 when free |
 * | 1 | the tail of the spinners' queue |
 * | 2–4 | the list of sleepers and its spin lock |
 * | two lines for each thread | its node on the list; its node in the queue |
 *
 * | flag | meaning |
 * | --- | --- |
 * | 1 `WAITERS` | the list is not empty: a release must wake its first |
 * | 2 `HANDOFF` | the first sleeper was passed: a release must hand the lock over |
 * | 4 `PICKUP` | it is handed over to the owner in the word, who has yet to take it |
 */
const WAITERS = 1;
const HANDOFF = 2;
const PICKUP = 4;
const FLAGS = WAITERS | HANDOFF | PICKUP;
const OWNER = ~FLAGS;
const OWNER_SHIFT = 3;

const OSQ_TAIL = 1;
const LIST = 2;
const NODE_WORDS = 2 * LINE_WORDS;
/** What sleepers wait for: there is one thing only. */
const MUTEX = 1;

export class LinuxMutex implements Lock {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly counters: Counters;
  private readonly cpus: Cpus;
  private readonly osq: Osq;
  private readonly waiters: WaitList;

  constructor(site: LockSite) {
    const { words } = site.memory;
    const nodesAt = site.at + LINE_WORDS;
    this.words = words;
    this.at = site.at;
    this.counters = site.counters;
    this.cpus = site.cpus;
    this.osq = new Osq(words, site.at + OSQ_TAIL, nodesAt + LINE_WORDS, NODE_WORDS, site.cpus);
    this.waiters = new WaitList(words, site.at + LIST, nodesAt, NODE_WORDS, site.counters);
  }

  acquire(self: number): void {
    const me = (self + 1) << OWNER_SHIFT;
    const seen = Atomics.compareExchange(this.words, this.at, 0, me);
    if (seen !== 0) this.acquireSlow(self, me, seen);
  }

  release(self: number): void {
    const me = (self + 1) << OWNER_SHIFT;
    const seen = Atomics.compareExchange(this.words, this.at, me, 0);
    if (seen !== me) this.releaseSlow(seen);
  }

  private acquireSlow(self: number, me: number, seen: number): void {
    // Free, but for the flags: it passes the sleepers and has not waited.
    if ((seen & OWNER) === 0 && this.tryLockFrom(seen, me, false) === 0) return;
    const begunNs = nowNs();
    if (!this.spinFirst(self, me)) this.sleepInLine(self, me);
    this.counters.addWait(nowNs() - begunNs);
  }

  private tryLock(me: number, handoff: boolean): number {
    return this.tryLockFrom(Atomics.load(this.words, this.at), me, handoff);
  }

  /**
   * `__mutex_trylock_common`.
   * @param seen the word as it was just now
   * @param handoff whether to ask for a hand-off where it is held
   * @returns 0, or the owner where it is held
   */
  private tryLockFrom(seen: number, me: number, handoff: boolean): number {
    let word = seen;
    for (;;) {
      const owner = word & OWNER;
      let wanted = me | (word & FLAGS);
      if (owner === me && (word & PICKUP) !== 0) {
        wanted = word & ~PICKUP;
      } else if (owner !== 0) {
        if (!handoff || (word & (HANDOFF | PICKUP)) !== 0) return owner;
        wanted = word | HANDOFF;
      }
      const found = Atomics.compareExchange(this.words, this.at, word, wanted);
      if (found === word) return owner === 0 || owner === me ? 0 : owner;
      // A flag may have changed, which is no reason to give up.
      word = found;
    }
  }

  /** `mutex_optimistic_spin` of one that does not sleep yet. @returns whether it has the lock */
  private spinFirst(self: number, me: number): boolean {
    // `mutex_can_spin_on_owner`: a free word counts as a running owner.
    const owner = Atomics.load(this.words, this.at) >> OWNER_SHIFT;
    if (owner !== 0 && !this.cpus.isRunning(owner - 1)) return false;
    if (!this.osq.lock(self)) return false;
    const isLocked = this.spinOnOwner(me);
    this.osq.unlock(self);
    return isLocked;
  }

  private spinOnOwner(me: number): boolean {
    let owner = this.tryLock(me, false);
    while (owner !== 0) {
      if (!this.cpus.spinOnOwner(this.at, OWNER, owner, (owner >> OWNER_SHIFT) - 1)) return false;
      owner = this.tryLock(me, false);
    }
    return true;
  }

  private sleepInLine(self: number, me: number): void {
    this.waiters.lock();
    // Released, perhaps, while this thread waited for the list.
    if (this.tryLock(me, false) === 0) {
      this.waiters.unlock();
      return;
    }
    this.waiters.append(self, MUTEX);
    if (this.waiters.first() === self + 1) Atomics.or(this.words, this.at, WAITERS);
    this.waiters.prepareToSleep(self);
    // With the list locked no release can hand over unseen.
    while (this.tryLock(me, false) !== 0) {
      this.waiters.unlock();
      this.waiters.sleep(self);
      const isFirst = this.waiters.first() === self + 1;
      this.waiters.prepareToSleep(self);
      const isLocked = this.tryLock(me, isFirst) === 0 || (isFirst && this.spinOnOwner(me));
      this.waiters.lock();
      if (isLocked) break;
    }
    this.waiters.stayAwake(self);
    this.waiters.settle(self + 1);
    this.waiters.remove(self + 1);
    if (this.waiters.first() === 0) Atomics.and(this.words, this.at, OWNER);
    this.waiters.unlock();
  }

  private releaseSlow(seen: number): void {
    let word = seen;
    // Free it before anybody is woken, unless it is to be handed over.
    while ((word & HANDOFF) === 0) {
      const found = Atomics.compareExchange(this.words, this.at, word, word & FLAGS);
      if (found === word) break;
      word = found;
    }
    if ((word & (HANDOFF | WAITERS)) === 0) return;
    this.waiters.lock();
    const heir = this.waiters.first();
    if ((word & HANDOFF) !== 0) this.handOver(heir);
    this.waiters.unlock();
    if (heir !== 0) this.waiters.wake(heir);
  }

  /** `__mutex_handoff`: the owner changes without the lock having been free. */
  private handOver(heir: number): void {
    const owner = heir === 0 ? 0 : (heir << OWNER_SHIFT) | PICKUP;
    let word = Atomics.load(this.words, this.at);
    for (;;) {
      const seen = Atomics.compareExchange(this.words, this.at, word, (word & WAITERS) | owner);
      if (seen === word) return;
      word = seen;
    }
  }
}
