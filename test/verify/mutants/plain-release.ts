import type { UserLock, UserSite } from './site.js';

/** Frees the word with a plain store: others see it, but what it protected is not ordered. */
export const name = 'plain-release';
export const words = 1;

export function createLock({ memory, at, sync }: UserSite): UserLock {
  return {
    acquire() {
      while (Atomics.compareExchange(memory, at, 0, 1) !== 0) sync.spinWhile(memory, at, 1);
    },
    release() {
      memory[at] = 0;
    },
  };
}
