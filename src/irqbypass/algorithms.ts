import { LOCKS, type LockAlgorithm } from '../locks/lock.js';
import { importUserModule } from '../locks/user-module.js';
import { isModulePath, type LockName, type Strategy } from '../model/run-plan.js';
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
  if (isModulePath(lock)) await importUserModule(lock, '--lock');
  const algorithm = LOCKS[lock as LockName];
  if (algorithm === undefined) throw new Error(`no lock ${lock}`);
  return { lock: algorithm, index: isModulePath(index) ? await loadUserIndex(index) : null };
}
