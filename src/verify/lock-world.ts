import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, usageError } from '../errors.js';
import { loadLock } from '../locks/load.js';
import type { LockAlgorithm } from '../locks/lock.js';
import { isModulePath } from '../model/run-plan.js';
import type { SourcePlace } from '../stepping/sites.js';
import { World } from '../stepping/world.js';
import { LockProgram, type LockTrial } from './lock-program.js';
import { Machine, type MachineOptions } from './machine.js';
import { PlainHooks } from './plain-hooks.js';
import { nameWord, type Program, regionOf } from './program.js';

/** A lock in a stepped world, and machines that try it. */

/** The exports of a user's module that make things, before anybody runs. */
const USER_SET_UP = ['words', 'createLock'];

export class LockWorld {
  readonly algorithm: LockAlgorithm;
  private readonly world: World;
  private readonly hooks: PlainHooks;
  private readonly modules: Readonly<Record<string, unknown>>;
  private readonly current: { program: Program | null };

  private constructor(
    algorithm: LockAlgorithm,
    world: World,
    hooks: PlainHooks,
    modules: LockWorld['modules'],
    current: LockWorld['current'],
  ) {
    this.algorithm = algorithm;
    this.world = world;
    this.hooks = hooks;
    this.modules = modules;
    this.current = current;
  }

  /**
   * @param nameOrPath a lock of the registry, or the module of a user's own
   * @throws IrqbenchError (2) where there is none, or it cannot be stepped
   */
  static async load(nameOrPath: string): Promise<LockWorld> {
    // Natively first: what is wrong with it is said as every other command says it.
    await loadLock(nameOrPath);
    return LockWorld.make((world) => loadStepped(world, nameOrPath));
  }

  /** @param algorithmOf takes it from the world */
  static async make(algorithmOf: (world: World) => Promise<LockAlgorithm>): Promise<LockWorld> {
    const current: LockWorld['current'] = { program: null };
    const regions = () => current.program?.regions ?? [];
    const hooks = new PlainHooks(
      (site) => spellPlace(world.sites.find(site)),
      (word) => nameWord(regions(), word),
      (word) => regionOf(regions(), word)?.isOutput === true,
    );
    const isShared = (value: unknown): value is Int32Array =>
      value === current.program?.memory.words ||
      (ArrayBuffer.isView(value) && value.buffer === current.program?.memory.words.buffer);
    const world = new World({ observer: hooks, isShared });
    const algorithm = await algorithmOf(world);
    const modules = { ...(await world.load('sync/counters')), ...(await world.load('sync/cpu')) };
    return new LockWorld(algorithm, world, hooks, modules, current);
  }

  machineFor(trial: LockTrial, options: MachineOptions): Machine {
    const { algorithm, hooks, modules, world } = this;
    const { register, countersRead, keepsState } = world;
    const program = new LockProgram(algorithm, trial, modules, register, hooks, countersRead);
    this.current.program = program;
    return new Machine(program, hooks, !keepsState, options);
  }

  placeOf(site: number): SourcePlace | undefined {
    return this.world.sites.find(site);
  }
}

async function loadStepped(world: World, nameOrPath: string): Promise<LockAlgorithm> {
  if (!isModulePath(nameOrPath)) {
    const { LOCKS } = (await world.load('locks/lock')) as unknown as {
      readonly LOCKS: Readonly<Record<string, LockAlgorithm>>;
    };
    return LOCKS[nameOrPath] as LockAlgorithm;
  }
  const { readUserLock } = (await world.load('locks/user-module')) as unknown as {
    readonly readUserLock: (module: unknown, path: string) => LockAlgorithm;
  };
  const file = resolve(nameOrPath);
  if (!existsSync(file)) throw usageError(`--lock ${nameOrPath}: does not exist`);
  try {
    return readUserLock(await world.loadUser(file, USER_SET_UP), nameOrPath);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw usageError(`--lock ${nameOrPath}: cannot be verified: ${messageOf(thrown)}`, thrown);
  }
}

/** `at src/locks/mutex.ts:42` */
function spellPlace(place: SourcePlace | undefined): string {
  return place === undefined ? 'inside its section' : `at ${place.file}:${place.line}`;
}
