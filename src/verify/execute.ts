import { carryOutAtomic, OP } from '../stepping/operation.js';
import { CHOICE } from './choices.js';
import type { ThreadState } from './thread.js';

/**
 * Carries an operation out on the memory, as `Atomics` itself would.
 * @returns its result; of `wait` and `notify`, which are the machine's, nothing that matters
 */
export function carryOut(thread: ThreadState, variant: number): number {
  const { array, at, a } = thread;
  switch (thread.kind) {
    case OP.awaitExchange:
      return Atomics.exchange(array, at, a);
    case OP.take:
      return a === 0 ? Atomics.exchange(array, at, ALONE) : Atomics.add(array, at, 1);
    case OP.giveBack:
      return a === 0 ? Atomics.exchange(array, at, 0) : Atomics.sub(array, at, 1);
    case OP.glance:
      return isChanged(thread) ? 1 : 0;
    case OP.isRunning:
      return variant === CHOICE.run ? 1 : 0;
    default:
      return carryOutAtomic(thread.kind, array, at, a, thread.b);
  }
}

/** The word of a driver's own lock while somebody has it alone; else it counts who share it. */
const ALONE = -1;

/** Whether a driver's own lock can be taken. */
export function isFree({ array, at, a }: ThreadState): boolean {
  const word = array[at] as number;
  return a === 0 ? word === 0 : word !== ALONE;
}

/** Whether a bounded spin sees what it looks for. */
export function isChanged({ array, at, a, b }: ThreadState): boolean {
  const value = array[at] as number;
  return (b === 0 ? value : value & b) !== a;
}

/** Whether the operation that a thread is about to do only looks: what it finds, it leaves. */
export function changesNothing({ kind, array, at, a }: ThreadState): boolean {
  switch (kind) {
    case OP.load:
    case OP.glance:
      return true;
    case OP.compareExchange:
      return array[at] !== a;
    case OP.exchange:
    case OP.store:
      return array[at] === a;
    default:
      return false;
  }
}
