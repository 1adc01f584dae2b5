import { type Algorithms, loadAlgorithms } from '../irqbypass/algorithms.js';
import { readUserIndex } from '../irqbypass/user-index.js';
import { isModulePath } from '../model/algorithm-names.js';
import type { Strategy } from '../model/run-plan.js';
import type { Scenario } from '../model/scenario.js';
import type { SourcePlace } from '../stepping/sites.js';
import type { World, WorldOptions } from '../stepping/world.js';
import { CallbackMonitor } from './callback-monitor.js';
import { CheckedWorld } from './checked-world.js';
import { LinearizabilityMonitor } from './linearizability.js';
import { loadSteppedLock, loadSteppedModule } from './lock-world.js';
import type { Machine, MachineOptions } from './machine.js';
import { ManagerLayout } from './manager-layout.js';
import { ManagerProgram, type SteppedParts } from './manager-program.js';
import { observeCallbacks } from './observed-callbacks.js';
import { oneStepLock, oneStepMutex } from './one-step-lock.js';
import { roomOf } from './room.js';
import type { Rules } from './sequential-manager.js';

/** A strategy's manager in a stepped world, and machines that try it with scenarios. */

/** The exports of a user's module that make things, before anybody runs. */
const USER_SET_UP = ['words', 'createIndex'];

export interface ManagerWorldOptions {
  /**
   * Whether the strategy's lock, and the entries' mutexes, are stepped through as well, instead of
   * being taken in one step.
   */
  readonly stepsLocks?: boolean;
  /** See `WorldOptions`: to try a manager with a mistake in it. */
  readonly edit?: NonNullable<WorldOptions['edit']>;
  /** Whether owners of producers keep a token that was refused, which VFIO's never do. */
  readonly keepsTokens?: boolean;
}

export class ManagerWorld {
  readonly strategy: Strategy;
  private readonly checked: CheckedWorld;
  private readonly native: Algorithms;
  private readonly parts: Omit<SteppedParts, 'countersRead' | 'keepsState'>;
  /** Whose callbacks are seen: the program that was made last. */
  private readonly current: { program: ManagerProgram | null };

  private constructor(
    strategy: Strategy,
    checked: CheckedWorld,
    native: Algorithms,
    parts: ManagerWorld['parts'],
    current: ManagerWorld['current'],
  ) {
    this.strategy = strategy;
    this.checked = checked;
    this.native = native;
    this.parts = parts;
    this.current = current;
  }

  /** @throws IrqbenchError (2) where a module of the user's own is wrong, or cannot be stepped */
  static async load(strategy: Strategy, options: ManagerWorldOptions = {}): Promise<ManagerWorld> {
    const { stepsLocks = false, edit, keepsTokens = false } = options;
    // Natively first: what is wrong with a module is said as every other command says it.
    const native = await loadAlgorithms(strategy);
    const current: ManagerWorld['current'] = { program: null };
    const checked = new CheckedWorld('by its owner', {
      ...(edit === undefined ? {} : { edit }),
      adaptations: {
        'irqbypass/callbacks': (exports, register) =>
          observeCallbacks(exports, register, {
            errorOf: (object) => current.program?.errorOf(object) ?? 0,
            touch: (site, object) => current.program?.touch(site, object),
          }),
        ...(stepsLocks ? {} : { 'locks/mutex': oneStepMutex }),
      },
    });
    const { world } = checked;
    const lock = stepsLocks
      ? await loadSteppedLock(world, strategy.lock)
      : oneStepLock(world.register, strategy.lock === 'rwsem');
    const index = await loadSteppedIndex(world, strategy.index);
    const { createManager } = await world.load('irqbypass/bypass-layout');
    const { Counters } = await world.load('sync/counters');
    const parts = { algorithms: { lock, index }, createManager, Counters, keepsTokens };
    const atHome = { lock: stepsLocks ? native.lock : lock, index: native.index };
    return new ManagerWorld(
      strategy,
      checked,
      atHome,
      parts as unknown as ManagerWorld['parts'],
      current,
    );
  }

  /** One at a time. */
  machineFor(scenario: Scenario, options: MachineOptions): Machine {
    const { checked, current, native, parts, strategy } = this;
    const { hooks, world } = checked;
    const layout = new ManagerLayout(strategy, scenario, native);
    const { countersRead, keepsState } = world;
    const isOwn = isModulePath(strategy.index) || isModulePath(strategy.lock);
    const stepped = { ...parts, countersRead, keepsState: keepsState || isOwn };
    const monitors = monitorsFor(layout);
    const program = new ManagerProgram(layout, stepped, monitors, world.register, hooks);
    current.program = program;
    return checked.machineFor(program, options);
  }

  placeOf(site: number): SourcePlace | undefined {
    return this.checked.placeOf(site);
  }
}

function monitorsFor(layout: ManagerLayout) {
  const { strategy, bypass, objects, scenario } = layout;
  const threads = scenario.threads.length;
  const isToken = strategy.scope === 'token';
  const isLinked = strategy.index === 'list' || strategy.index === 'hlist';
  const rules: Rules = {
    semantics: isLinked && !isToken ? 'list' : 'xarray',
    parties: objects,
    hasRoom: roomOf(bypass, (token) => BigInt(layout.addressOf(token))),
    holdsMeanwhile: isToken,
  };
  const registered = objects.map(({ isRegistered, isOptedOut, token }) =>
    isRegistered && !isOptedOut ? token : 0,
  );
  return [
    new LinearizabilityMonitor(threads, rules, registered),
    new CallbackMonitor(threads, objects, registered),
  ];
}

async function loadSteppedIndex(world: World, nameOrPath: string): Promise<Algorithms['index']> {
  if (!isModulePath(nameOrPath)) return null;
  const exports = await loadSteppedModule(world, nameOrPath, USER_SET_UP, '--strategy index');
  return readUserIndex(exports, nameOrPath);
}
