import type { UserLock, UserSite } from './site.js';

/** Sees that the lock is free, and takes it in a second operation. */
export const name = 'look-then-take';
export const words = 1;

export function createLock({ memory, at, sync }: UserSite): UserLock {
  return {
    acquire() {
      while (Atomics.load(memory, at) !== 0) sync.spinWhile(memory, at, 1);
      Atomics.store(memory, at, 1);
    },
    release() {
      Atomics.store(memory, at, 0);
    },
  };
}
