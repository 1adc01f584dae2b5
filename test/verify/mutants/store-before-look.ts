import type { UserLock, UserSite } from './site.js';

/** The futex mutex, whose unlock frees the word first and looks for sleepers then: too late. */
export const name = 'store-before-look';
export const words = 1;
export const waiting = 'parks';

export function createLock({ memory, at }: UserSite): UserLock {
  return {
    acquire() {
      if (Atomics.compareExchange(memory, at, 0, 1) === 0) return;
      while (Atomics.exchange(memory, at, 2) !== 0) Atomics.wait(memory, at, 2);
    },
    release() {
      Atomics.store(memory, at, 0);
      if (Atomics.load(memory, at) === 2) Atomics.notify(memory, at, 1);
    },
  };
}
