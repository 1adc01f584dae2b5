import type { UserLock, UserSite } from './site.js';

/**
 * A futex mutex of two states with its sleepers counted beside it: a release that finds no sleeper
 * before it frees the word misses one that comes in between.
 */
export const name = 'two-state';
export const words = 2;
export const waiting = 'parks';

export function createLock({ memory, at }: UserSite): UserLock {
  const sleepers = at + 1;
  return {
    acquire() {
      while (Atomics.compareExchange(memory, at, 0, 1) !== 0) {
        Atomics.add(memory, sleepers, 1);
        Atomics.wait(memory, at, 1);
        Atomics.sub(memory, sleepers, 1);
      }
    },
    release() {
      const isAwaited = Atomics.load(memory, sleepers) > 0;
      Atomics.store(memory, at, 0);
      if (isAwaited) Atomics.notify(memory, at, 1);
    },
  };
}
