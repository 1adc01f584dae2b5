import type { UserLock, UserSite } from './site.js';

/** A ticket lock that reads its turn and takes it in two operations: two threads get one number. */
export const name = 'torn-ticket';
export const order = 'fifo';
export const words = 1;

const ONE_TICKET = 1 << 16;
const SERVED = ONE_TICKET - 1;

export function createLock({ memory, at, sync }: UserSite): UserLock {
  return {
    acquire() {
      const seen = Atomics.load(memory, at);
      Atomics.store(memory, at, seen + ONE_TICKET);
      let now = seen;
      while ((now & SERVED) !== seen >>> 16) {
        sync.spinWhile(memory, at, now);
        now = Atomics.load(memory, at);
      }
    },
    release() {
      const seen = Atomics.load(memory, at);
      const isLast = seen >>> 16 === (seen & SERVED) + 1;
      if (isLast && Atomics.compareExchange(memory, at, seen, 0) === seen) return;
      Atomics.add(memory, at, 1);
    },
  };
}
