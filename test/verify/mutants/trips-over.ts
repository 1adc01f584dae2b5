import type { UserLock, UserSite } from './site.js';

/** Counts its waiters in a word that is not there. */
export const name = 'trips-over';
export const words = 1;

export function createLock({ memory, at, sync }: UserSite): UserLock {
  return {
    acquire() {
      while (Atomics.exchange(memory, at, 1) !== 0) {
        Atomics.add(memory, -1, 1);
        sync.spinWhile(memory, at, 1);
      }
    },
    release() {
      Atomics.store(memory, at, 0);
    },
  };
}
