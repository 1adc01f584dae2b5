import type { UserLock, UserSite } from './site.js';

/** Now and then does an operation more: the same schedule goes another way when it is run again. */
export const name = 'moody';
export const words = 2;

let locks = 0;

export function createLock({ memory, at, sync }: UserSite): UserLock {
  const extra = locks++ % 5 === 0;
  return {
    acquire() {
      if (extra) Atomics.load(memory, at + 1);
      while (Atomics.exchange(memory, at, 1) !== 0) sync.spinWhile(memory, at, 1);
    },
    release() {
      Atomics.store(memory, at, 0);
    },
  };
}
