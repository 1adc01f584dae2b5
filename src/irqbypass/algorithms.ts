import { loadLock } from '../locks/load.js';
import type { LockAlgorithm } from '../locks/lock.js';
import { isModulePath } from '../model/algorithm-names.js';
import type { Strategy } from '../model/run-plan.js';
import { loadUserIndex, type UserIndex } from './user-index.js';

/** What a strategy's lock and index are made by: the registered ones, or a user's own module. */
export interface Algorithms {
  readonly lock: LockAlgorithm;
  /** Null where the index is one of irqbench's. */
  readonly index: UserIndex | null;
}

/** @throws IrqbenchError (2) where a module of the user's own is wrong */
export async function loadAlgorithms({
  lock,
  index,
}: Pick<Strategy, 'lock' | 'index'>): Promise<Algorithms> {
  return {
    lock: await loadLock(lock),
    index: isModulePath(index) ? await loadUserIndex(index) : null,
  };
}
