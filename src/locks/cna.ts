import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import type { Cpus } from '../sync/cpu.js';
import { LINE_WORDS } from '../sync/layout.js';
import { spinInQueue, spinWhile } from '../sync/spin.js';
import type { Lock, LockSite } from './lock.js';

/**
 * The compact NUMA-aware lock of Dave Dice and Alex Kogan, *Compact NUMA-Aware Locks* (EuroSys
 * 2019). An MCS queue whose holder, when it leaves, prefers the first waiter of its own node:
 * those of other nodes that it passes over move to a secondary queue. The line of what the lock
 * protects then stays in one socket for a while.
 *
 * | word | meaning |
 * | --- | --- |
 * | 0 | the tail: the last in the main queue, the holder included, or 0 |
 * | a line for each thread: 0 | who comes after it in its queue, or 0 |
 * | 1 | whom it queued behind, for as long as it waits; else 0 |
 * | 2 | the holder's: the first of the secondary queue, or 0 |
 * | 3 | the holder's: hand-offs within the node since the secondary queue has been there |
 * | 4 | the first of the secondary queue's: the last of it |
 *
 * Words 2 to 4 go from holder to holder with the lock, beside the word that grants it, so that
 * they cost no line more; the paper keeps word 2 in the very word that grants. A waiter's node is
 * `cpus.node` of its number and need not be stored.
 *
 * The paper flips a coin for whether the secondary queue is to go first. Here it goes first after
 * `LOCAL_HAND_OFFS`, so that a wait is bounded and a run can be repeated: between two threads of
 * another node no more sections run than that number and those that queued before them.
 */
const NEXT = 0;
const BEFORE = 1;
const SECONDARY = 2;
const LOCALS = 3;
const LAST = 4;

export const LOCAL_HAND_OFFS = 64;

const PARKS = COUNTER.parks;
const LINE = LINE_WORDS;

export class CnaLock implements Lock {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly counters: Counters;
  private readonly cpus: Cpus;
  private readonly localHandOffs: number;

  constructor(site: LockSite, localHandOffs = LOCAL_HAND_OFFS) {
    this.words = site.memory.words;
    this.at = site.at;
    this.counters = site.counters;
    this.cpus = site.cpus;
    this.localHandOffs = localHandOffs;
  }

  acquire(self: number): void {
    const before = Atomics.exchange(this.words, this.at, self + 1);
    if (before !== 0) this.queueBehind(before, self + 1);
  }

  release(self: number): void {
    const me = self + 1;
    const node = this.at + me * LINE;
    if (Atomics.load(this.words, node + NEXT) === 0 && this.words[node + SECONDARY] === 0) {
      if (Atomics.compareExchange(this.words, this.at, me, 0) === me) return;
    }
    this.releaseSlow(me, node);
  }

  private queueBehind(before: number, me: number): void {
    const begunNs = nowNs();
    Atomics.store(this.words, this.at + me * LINE + BEFORE, before);
    Atomics.store(this.words, this.at + before * LINE + NEXT, me);
    this.counters.add(PARKS, spinInQueue(this.words, this.at + BEFORE, me, before));
    this.counters.addWait(nowNs() - begunNs);
  }

  private releaseSlow(me: number, node: number): void {
    const secondary = this.words[node + SECONDARY] as number;
    const locals = this.words[node + LOCALS] as number;
    this.words[node + SECONDARY] = 0;
    this.words[node + LOCALS] = 0;
    if (Atomics.load(this.words, node + NEXT) === 0) {
      if (secondary !== 0 && this.makeMain(me, secondary)) return;
      // Somebody has exchanged the tail; that it links itself is a matter of moments.
      spinWhile(this.words, node + NEXT, 0);
    }
    const next = Atomics.load(this.words, node + NEXT);
    this.words[node + NEXT] = 0;
    if (locals < this.localHandOffs) this.grantLocal(me, next, secondary, locals);
    else this.grantSecondary(next, secondary);
  }

  /** With nobody in the main queue, the secondary one takes its place. */
  private makeMain(me: number, secondary: number): boolean {
    const lastAt = this.at + secondary * LINE + LAST;
    const last = this.words[lastAt] as number;
    if (Atomics.compareExchange(this.words, this.at, me, last) !== me) return false;
    this.words[lastAt] = 0;
    this.grant(secondary, 0, 0);
    return true;
  }

  /** To the first waiter of this node; who is passed over goes to the secondary queue's end. */
  private grantLocal(me: number, next: number, secondary: number, locals: number): void {
    const node = this.cpus.node(me - 1);
    let passed = 0;
    let heir = next;
    while (heir !== 0 && this.cpus.node(heir - 1) !== node) {
      passed = heir;
      heir = Atomics.load(this.words, this.at + heir * LINE + NEXT);
    }
    if (heir === 0) {
      this.grantSecondary(next, secondary);
    } else if (passed === 0) {
      this.grant(heir, secondary, secondary === 0 ? 0 : locals + 1);
    } else {
      Atomics.store(this.words, this.at + passed * LINE + NEXT, 0);
      this.grant(heir, this.append(secondary, next, passed), locals + 1);
    }
  }

  /** To the first of the secondary queue, if there is one, with all of it before the main queue. */
  private grantSecondary(next: number, secondary: number): void {
    if (secondary === 0) {
      this.grant(next, 0, 0);
      return;
    }
    const lastAt = this.at + secondary * LINE + LAST;
    const last = this.words[lastAt] as number;
    this.words[lastAt] = 0;
    Atomics.store(this.words, this.at + last * LINE + NEXT, next);
    this.grant(secondary, 0, 0);
  }

  /** @returns the first of the secondary queue with `first` … `last` at its end */
  private append(secondary: number, first: number, last: number): number {
    const head = secondary === 0 ? first : secondary;
    const lastAt = this.at + head * LINE + LAST;
    if (secondary !== 0) {
      Atomics.store(this.words, this.at + (this.words[lastAt] as number) * LINE + NEXT, first);
    }
    this.words[lastAt] = last;
    return head;
  }

  private grant(heir: number, secondary: number, locals: number): void {
    const node = this.at + heir * LINE;
    this.words[node + SECONDARY] = secondary;
    this.words[node + LOCALS] = locals;
    Atomics.store(this.words, node + BEFORE, 0);
  }
}
