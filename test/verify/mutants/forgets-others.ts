import type { UserLock, UserSite } from './site.js';

/**
 * The futex mutex, whose woken sleeper takes the lock as uncontended: its own release then wakes
 * nobody, and a second sleeper sleeps on. It takes three threads.
 */
export const name = 'forgets-others';
export const words = 1;
export const waiting = 'parks';

export function createLock({ memory, at }: UserSite): UserLock {
  return {
    acquire() {
      while (Atomics.compareExchange(memory, at, 0, 1) !== 0) {
        if (Atomics.exchange(memory, at, 2) === 0) return;
        Atomics.wait(memory, at, 2);
      }
    },
    release() {
      if (Atomics.exchange(memory, at, 0) === 2) Atomics.notify(memory, at, 1);
    },
  };
}
