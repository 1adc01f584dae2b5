import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import type { Lock, LockSite } from './lock.js';

/**
 * The futex mutex with three states, "mutex, take 3" of Ulrich Drepper, *Futexes Are Tricky*
 * (2011), which is also what the common C libraries do for a normal mutex.
 *
 * | word | state |
 * | --- | --- |
 * | 0 | free |
 * | 1 | held, nobody waits |
 * | 2 | held, and somebody may be asleep: the release must wake one |
 *
 * The third state is what keeps an uncontended release from calling into the kernel. A waiter
 * that wakes takes the lock as state 2, because it cannot know whether it was the last.
 * It does not spin, and newcomers may pass a woken sleeper: fast, and not fair.
 *
 * The two functions are the algorithm, on any word; the class is the lock of a site.
 */
const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

const { parks: PARKS, wakes: WAKES } = COUNTER;

export function acquireMutex(words: Int32Array, at: number, counters: Counters): void {
  // Not a compare-and-exchange, which takes V8 longer. Where this overwrites CONTENDED, the slow
  // path puts it back at once; a release in between leaves its sleeper to this one's release.
  if (Atomics.exchange(words, at, HELD) !== FREE) acquireSlow(words, at, counters);
}

export function releaseMutex(words: Int32Array, at: number, counters: Counters): void {
  if (Atomics.exchange(words, at, FREE) === CONTENDED) wakeOne(words, at, counters);
}

function acquireSlow(words: Int32Array, at: number, counters: Counters): void {
  const begunNs = nowNs();
  while (Atomics.exchange(words, at, CONTENDED) !== FREE) {
    if (Atomics.wait(words, at, CONTENDED) === 'ok') counters.add(PARKS, 1);
  }
  counters.addWait(nowNs() - begunNs);
}

function wakeOne(words: Int32Array, at: number, counters: Counters): void {
  if (Atomics.notify(words, at, 1) > 0) counters.add(WAKES, 1);
}

export class FutexMutex implements Lock {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly counters: Counters;

  constructor(site: LockSite) {
    this.words = site.memory.words;
    this.at = site.at;
    this.counters = site.counters;
  }

  acquire(_self: number): void {
    acquireMutex(this.words, this.at, this.counters);
  }

  release(_self: number): void {
    releaseMutex(this.words, this.at, this.counters);
  }
}
