import type { UserLock, UserSite } from './site.js';

/**
 * An MCS lock whose release takes a successor that has not linked itself yet for none: it empties
 * the queue, and the successor waits for ever.
 */
export const name = 'unlinked-successor';
export const order = 'fifo';
export const words = (threads: number) => 1 + 2 * (threads + 1);

export function createLock({ memory, at, sync }: UserSite): UserLock {
  const nextOf = (who: number) => at + 1 + 2 * who;
  const waitsOf = (who: number) => at + 2 + 2 * who;
  return {
    acquire(self) {
      const me = self + 1;
      const before = Atomics.exchange(memory, at, me);
      if (before === 0) return;
      Atomics.store(memory, waitsOf(me), 1);
      Atomics.store(memory, nextOf(before), me);
      sync.spinWhile(memory, waitsOf(me), 1);
    },
    release(self) {
      const me = self + 1;
      const next = Atomics.exchange(memory, nextOf(me), 0);
      if (next === 0) Atomics.store(memory, at, 0);
      else Atomics.store(memory, waitsOf(next), 0);
    },
  };
}
