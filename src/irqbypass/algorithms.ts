import { loadLock } from '../locks/load.js';
import type { LockAlgorithm } from '../locks/lock.js';
import type { Strategy } from '../model/run-plan.js';

/** What a strategy's lock and index are made by: the registered ones, or a user's own module. */
export interface Algorithms {
  readonly lock: LockAlgorithm;
}

/** @throws IrqbenchError (2) where a module of the user's own is wrong */
export async function loadAlgorithms({ lock }: Pick<Strategy, 'lock'>): Promise<Algorithms> {
  return { lock: await loadLock(lock) };
}
