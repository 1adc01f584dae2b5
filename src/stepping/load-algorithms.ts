import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, usageError } from '../errors.js';
import type { Algorithms } from '../irqbypass/algorithms.js';
import type { UserIndex } from '../irqbypass/user-index.js';
import type { LockAlgorithm } from '../locks/lock.js';
import { isModulePath } from '../model/algorithm-names.js';
import type { Strategy } from '../model/run-plan.js';
import type { Exports, World } from './world.js';

/** What a strategy's lock and index are made by in a stepped world. */

/** The exports of a user's module that make things, before anybody runs. */
const LOCK_SET_UP = ['words', 'createLock'];
const INDEX_SET_UP = ['words', 'createIndex'];

/**
 * @param strategy whose modules of the user's own were loaded natively before, so that what is
 *   wrong with them is said as every other command says it
 * @throws IrqbenchError (2) where one cannot be stepped
 */
export async function loadSteppedAlgorithms(
  world: World,
  { lock, index }: Pick<Strategy, 'lock' | 'index'>,
): Promise<Algorithms> {
  return {
    lock: await loadSteppedLock(world, lock),
    index: isModulePath(index) ? await loadSteppedIndex(world, index) : null,
  };
}

/** @throws IrqbenchError (2) where a module of the user's own cannot be stepped */
export async function loadSteppedLock(world: World, nameOrPath: string): Promise<LockAlgorithm> {
  if (!isModulePath(nameOrPath)) {
    const { LOCKS } = (await world.load('locks/lock')) as unknown as {
      readonly LOCKS: Readonly<Record<string, LockAlgorithm>>;
    };
    return LOCKS[nameOrPath] as LockAlgorithm;
  }
  const { readUserLock } = (await world.load('locks/user-module')) as unknown as {
    readonly readUserLock: (module: Exports, path: string) => LockAlgorithm;
  };
  return readUserLock(await loadModule(world, nameOrPath, LOCK_SET_UP, '--lock'), nameOrPath);
}

async function loadSteppedIndex(world: World, path: string): Promise<UserIndex> {
  const { readUserIndex } = (await world.load('irqbypass/user-index')) as unknown as {
    readonly readUserIndex: (module: Exports, path: string) => UserIndex;
  };
  return readUserIndex(await loadModule(world, path, INDEX_SET_UP, '--index'), path);
}

async function loadModule(
  world: World,
  path: string,
  setUp: readonly string[],
  flag: string,
): Promise<Exports> {
  const file = resolve(path);
  if (!existsSync(file)) throw usageError(`${flag} ${path}: does not exist`);
  try {
    return await world.loadUser(file, setUp);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw usageError(`${flag} ${path}: cannot be stepped: ${messageOf(thrown)}`, thrown);
  }
}
