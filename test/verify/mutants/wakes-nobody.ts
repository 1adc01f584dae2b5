import type { UserLock, UserSite } from './site.js';

/** Sleeps, and is never woken: its release does not notify. */
export const name = 'wakes-nobody';
export const words = 1;
export const waiting = 'parks';

export function createLock({ memory, at }: UserSite): UserLock {
  return {
    acquire() {
      while (Atomics.compareExchange(memory, at, 0, 1) !== 0) Atomics.wait(memory, at, 1);
    },
    release() {
      Atomics.store(memory, at, 0);
    },
  };
}
