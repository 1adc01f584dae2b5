import type { UserLock, UserSite } from './site.js';

/** Excludes, and counts in a word beyond those that it asked for. */
export const name = 'strays';
export const words = 1;

export function createLock({ memory, at, sync }: UserSite): UserLock {
  return {
    acquire() {
      while (Atomics.exchange(memory, at, 1) !== 0) sync.spinWhile(memory, at, 1);
      Atomics.add(memory, at + 1, 1);
    },
    release() {
      Atomics.store(memory, at, 0);
    },
  };
}
