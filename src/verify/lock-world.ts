import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, usageError } from '../errors.js';
import { loadLock } from '../locks/load.js';
import type { LockAlgorithm } from '../locks/lock.js';
import { isModulePath } from '../model/algorithm-names.js';
import type { SourcePlace } from '../stepping/sites.js';
import type { World } from '../stepping/world.js';
import { CheckedWorld } from './checked-world.js';
import { LockProgram, type LockTrial } from './lock-program.js';
import type { Machine, MachineOptions } from './machine.js';

/** A lock in a stepped world, and machines that try it. */

/** The exports of a user's module that make things, before anybody runs. */
const USER_SET_UP = ['words', 'createLock'];

export class LockWorld {
  readonly algorithm: LockAlgorithm;
  private readonly checked: CheckedWorld;
  private readonly modules: Readonly<Record<string, unknown>>;

  private constructor(
    algorithm: LockAlgorithm,
    checked: CheckedWorld,
    modules: LockWorld['modules'],
  ) {
    this.algorithm = algorithm;
    this.checked = checked;
    this.modules = modules;
  }

  /**
   * @param nameOrPath a lock of the registry, or the module of a user's own
   * @throws IrqbenchError (2) where there is none, or it cannot be stepped
   */
  static async load(nameOrPath: string): Promise<LockWorld> {
    // Natively first: what is wrong with it is said as every other command says it.
    await loadLock(nameOrPath);
    const checked = new CheckedWorld('inside its section');
    const { world } = checked;
    const algorithm = await loadSteppedLock(world, nameOrPath);
    const modules = { ...(await world.load('sync/counters')), ...(await world.load('sync/cpu')) };
    return new LockWorld(algorithm, checked, modules);
  }

  machineFor(trial: LockTrial, options: MachineOptions): Machine {
    const { algorithm, checked, modules } = this;
    const { hooks, world } = checked;
    const { register, countersRead } = world;
    const program = new LockProgram(algorithm, trial, modules, register, hooks, countersRead);
    return checked.machineFor(program, options);
  }

  placeOf(site: number): SourcePlace | undefined {
    return this.checked.placeOf(site);
  }
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
    readonly readUserLock: (module: unknown, path: string) => LockAlgorithm;
  };
  const exports = await loadSteppedModule(world, nameOrPath, USER_SET_UP, '--lock');
  return readUserLock(exports, nameOrPath);
}

/**
 * A module of the user's own.
 * @param setUp its exports that make things, before anybody runs
 * @throws IrqbenchError (2) where it cannot be stepped
 */
export async function loadSteppedModule(
  world: World,
  path: string,
  setUp: readonly string[],
  flag: string,
): Promise<Readonly<Record<string, unknown>>> {
  const file = resolve(path);
  if (!existsSync(file)) throw usageError(`${flag} ${path}: does not exist`);
  try {
    return await world.loadUser(file, setUp);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw usageError(`${flag} ${path}: cannot be verified: ${messageOf(thrown)}`, thrown);
  }
}
