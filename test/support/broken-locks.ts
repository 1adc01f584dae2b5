import type { Lock, LockAlgorithm, LockSite } from '../../src/locks/lock.js';
import { FutexMutex } from '../../src/locks/mutex.js';

/** Locks that are wrong in one way each: what the lock contract must notice. */

class NoLock implements Lock {
  acquire(): void {}
  release(): void {}
}

/** Takes a free lock without an atomic operation between the look and the store. */
class LookThenStore implements Lock {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(site: LockSite) {
    this.words = site.memory.words;
    this.at = site.at;
  }

  acquire(): void {
    while (Atomics.load(this.words, this.at) !== 0) Atomics.wait(this.words, this.at, 1, 1);
    // As if the thread were held up just here, which without this would take luck.
    Atomics.wait(this.words, this.at, 0, 0.1);
    Atomics.store(this.words, this.at, 1);
  }

  release(): void {
    Atomics.store(this.words, this.at, 0);
    Atomics.notify(this.words, this.at);
  }
}

/** Releases without waking whoever sleeps. */
class LostWakeUp implements Lock {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(site: LockSite) {
    this.words = site.memory.words;
    this.at = site.at;
  }

  acquire(): void {
    while (Atomics.compareExchange(this.words, this.at, 0, 1) !== 0) {
      Atomics.wait(this.words, this.at, 1);
    }
  }

  release(): void {
    Atomics.store(this.words, this.at, 0);
  }
}

/** Excludes and wakes, but leaves its words different from how it found them. */
class Untidy implements Lock {
  private readonly inner: Lock;
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(site: LockSite) {
    this.inner = new FutexMutex(site);
    this.words = site.memory.words;
    this.at = site.at;
  }

  acquire(self: number): void {
    this.inner.acquire(self);
    Atomics.store(this.words, this.at + 1, 1);
  }

  release(self: number): void {
    this.inner.release(self);
  }
}

/** Calls every acquisition a wait. */
class Complainer implements Lock {
  private readonly inner: Lock;
  private readonly site: LockSite;

  constructor(site: LockSite) {
    this.inner = new FutexMutex(site);
    this.site = site;
  }

  acquire(self: number): void {
    this.inner.acquire(self);
    this.site.counters.addWait(1);
  }

  release(self: number): void {
    this.inner.release(self);
  }
}

function algorithm(name: string, create: (site: LockSite) => Lock): LockAlgorithm {
  return { name, order: 'passing', waiting: 'parks', isZeroWhenFree: true, words: () => 2, create };
}

export const BROKEN = {
  'no-lock': algorithm('no-lock', () => new NoLock()),
  'look-then-store': algorithm('look-then-store', (site) => new LookThenStore(site)),
  'lost-wake-up': algorithm('lost-wake-up', (site) => new LostWakeUp(site)),
  untidy: algorithm('untidy', (site) => new Untidy(site)),
  complainer: algorithm('complainer', (site) => new Complainer(site)),
} as const;
