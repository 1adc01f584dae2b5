import type { LockAlgorithm, LockSite, SharedLock } from '../../src/locks/lock.js';
import { FutexMutex } from '../../src/locks/mutex.js';

/** Locks that readers share, for tests of who uses one. */

/** One thread at a time, whatever it wants: the least that a shared lock can be. */
class NotShared implements SharedLock {
  private readonly mutex: FutexMutex;

  constructor(site: LockSite) {
    this.mutex = new FutexMutex(site);
  }

  acquire(self: number): void {
    this.mutex.acquire(self);
  }

  release(self: number): void {
    this.mutex.release(self);
  }

  acquireShared(self: number): void {
    this.mutex.acquire(self);
  }

  releaseShared(self: number): void {
    this.mutex.release(self);
  }
}

const NAP_MS = 0.05;
const FREE = 0;
const ALONE = -1;

/** Really shared: the word is how many share it, or -1 for who has it alone. Naps while it waits. */
class Shared implements SharedLock {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(site: LockSite) {
    this.words = site.memory.words;
    this.at = site.at;
  }

  acquire(): void {
    for (;;) {
      const found = Atomics.compareExchange(this.words, this.at, FREE, ALONE);
      if (found === FREE) return;
      Atomics.wait(this.words, this.at, found, NAP_MS);
    }
  }

  release(): void {
    Atomics.store(this.words, this.at, FREE);
  }

  acquireShared(): void {
    for (;;) {
      const sharing = Atomics.load(this.words, this.at);
      if (sharing === ALONE) Atomics.wait(this.words, this.at, ALONE, NAP_MS);
      else if (Atomics.compareExchange(this.words, this.at, sharing, sharing + 1) === sharing)
        return;
    }
  }

  releaseShared(): void {
    Atomics.sub(this.words, this.at, 1);
  }
}

function algorithm(name: string, create: (site: LockSite) => SharedLock): LockAlgorithm {
  return { name, order: 'passing', waiting: 'parks', isZeroWhenFree: true, words: () => 1, create };
}

export const SHARED_LOCKS = {
  'not shared': algorithm('not shared', (site) => new NotShared(site)),
  shared: algorithm('shared', (site) => new Shared(site)),
} as const;
