import type { UserLock, UserSite } from './site.js';

/** Says first come, first served, and lets whoever is quickest in. */
export const name = 'false-fifo';
export const order = 'fifo';
export const words = 2;

export function createLock({ memory, at, sync }: UserSite): UserLock {
  return {
    acquire() {
      Atomics.add(memory, at + 1, 1);
      while (Atomics.compareExchange(memory, at, 0, 1) !== 0) sync.spinWhile(memory, at, 1);
    },
    release() {
      Atomics.sub(memory, at + 1, 1);
      Atomics.store(memory, at, 0);
    },
  };
}
