import type { LockAlgorithm, LockSite } from '../locks/lock.js';
import { OP, type Register, type Stepped } from '../stepping/operation.js';
import type { Exports } from '../stepping/world.js';

/**
 * The checker's own lock: to take it is one step, for which whoever comes waits until it is free,
 * and to give it back is another. Any of those who wait may be the next, so whatever a lock that
 * excludes and wakes its waiters does to a manager, this one does. What it stands for is verified
 * on its own (`irqbench verify --lock`), and need not be gone through again by every scenario.
 */

const ALONE = 0;
const SHARED = 1;

class OneStepLock {
  /** Which lock it is: what tells its objects apart. */
  readonly at: number;
  readonly #words: Int32Array;
  readonly #register: Register;

  constructor(register: Register, words: Int32Array, at: number) {
    this.#register = register;
    this.#words = words;
    this.at = at;
  }

  *acquire(): Stepped<void> {
    yield this.operate(OP.take, ALONE);
  }

  *release(): Stepped<void> {
    yield this.operate(OP.giveBack, ALONE);
  }

  protected operate(kind: number, a: number): void {
    operate(this.#register, kind, this.#words, this.at, a);
  }
}

class OneStepSharedLock extends OneStepLock {
  *acquireShared(): Stepped<void> {
    yield this.operate(OP.take, SHARED);
  }

  *releaseShared(): Stepped<void> {
    yield this.operate(OP.giveBack, SHARED);
  }
}

/** At the place of the call that is being carried out. */
function operate(register: Register, kind: number, words: Int32Array, at: number, a: number): void {
  register.set(kind, register.caller, words, at, a);
}

/** @param isShared whether readers share it */
export function oneStepLock(register: Register, isShared: boolean): LockAlgorithm {
  const create = ({ memory, at }: LockSite): unknown =>
    isShared
      ? new OneStepSharedLock(register, memory.words, at)
      : new OneStepLock(register, memory.words, at);
  return {
    name: 'one step',
    order: 'passing',
    waiting: 'parks',
    isZeroWhenFree: true,
    words: () => 1,
    // Its verbs are generators, as those of every lock of a stepped world.
    create: create as LockAlgorithm['create'],
  };
}

/** `locks/mutex`, as those have it who use the algorithm on words of their own. */
export function oneStepMutex(exports: Exports, register: Register): Exports {
  return {
    ...exports,
    *acquireMutex(words: Int32Array, at: number): Stepped<void> {
      yield operate(register, OP.take, words, at, ALONE);
    },
    *releaseMutex(words: Int32Array, at: number): Stepped<void> {
      yield operate(register, OP.giveBack, words, at, ALONE);
    },
  };
}
