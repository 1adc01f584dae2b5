import type { UserLock, UserSite } from './site.js';

/**
 * An MCS lock whose waiters sleep: its release looks whether the successor sleeps before it grants,
 * and misses one that has linked itself and goes to sleep in between.
 */
export const name = 'late-park';
export const order = 'fifo';
export const waiting = 'parks';
export const words = (threads: number) => 1 + 2 * (threads + 1);

const GRANTED = 0;
const AWAKE = 1;
const ASLEEP = 2;

export function createLock({ memory, at, sync }: UserSite): UserLock {
  const nextOf = (who: number) => at + 1 + 2 * who;
  const stateOf = (who: number) => at + 2 + 2 * who;
  return {
    acquire(self) {
      const me = self + 1;
      const before = Atomics.exchange(memory, at, me);
      if (before === 0) return;
      Atomics.store(memory, stateOf(me), AWAKE);
      Atomics.store(memory, nextOf(before), me);
      if (Atomics.compareExchange(memory, stateOf(me), AWAKE, ASLEEP) !== AWAKE) return;
      while (Atomics.load(memory, stateOf(me)) === ASLEEP) {
        Atomics.wait(memory, stateOf(me), ASLEEP);
      }
    },
    release(self) {
      const me = self + 1;
      if (Atomics.compareExchange(memory, at, me, 0) === me) return;
      sync.spinWhile(memory, nextOf(me), 0);
      const next = Atomics.exchange(memory, nextOf(me), 0);
      const isAsleep = Atomics.load(memory, stateOf(next)) === ASLEEP;
      Atomics.store(memory, stateOf(next), GRANTED);
      if (isAsleep) Atomics.notify(memory, stateOf(next), 1);
    },
  };
}
