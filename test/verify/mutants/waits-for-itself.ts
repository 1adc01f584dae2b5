import type { UserLock, UserSite } from './site.js';

/** Its release looks for a waiter, without end and without saying that it spins. */
export const name = 'waits-for-itself';
export const words = 2;

export function createLock({ memory, at, sync }: UserSite): UserLock {
  return {
    acquire() {
      Atomics.add(memory, at + 1, 1);
      while (Atomics.exchange(memory, at, 1) !== 0) sync.spinWhile(memory, at, 1);
      Atomics.sub(memory, at + 1, 1);
    },
    release() {
      while (Atomics.load(memory, at + 1) === 0);
      Atomics.store(memory, at, 0);
    },
  };
}
