import { usageError } from '../errors.js';
import { isModulePath, type LockName, lockNames } from '../model/algorithm-names.js';
import { LOCKS, type LockAlgorithm } from './lock.js';
import { importUserLock } from './user-module.js';

/**
 * The lock of that name, or of the module at that path.
 * @throws IrqbenchError (2) where there is none, or the module is not as it must be
 */
export async function loadLock(nameOrPath: string): Promise<LockAlgorithm> {
  if (isModulePath(nameOrPath)) return importUserLock(nameOrPath);
  if (!isLockName(nameOrPath)) {
    throw usageError(`--lock ${nameOrPath}: is no lock; give ${lockNames.join(', ')} or a file`);
  }
  return LOCKS[nameOrPath];
}

function isLockName(name: string): name is LockName {
  return Object.hasOwn(LOCKS, name);
}
