import {
  type BypassLayout,
  initBypass,
  reserveBypass,
  type Seat,
} from '../../../src/irqbypass/bypass-layout.js';
import { ALL_CALLBACKS, initObject } from '../../../src/irqbypass/objects.js';
import type { LockAlgorithm } from '../../../src/locks/lock.js';
import { readStrategy } from '../../../src/plan/strategy-text.js';
import type { Register, Stepped } from '../../../src/stepping/operation.js';
import { type Counters, reserveCounters } from '../../../src/sync/counters.js';
import { Layout, LINE_WORDS } from '../../../src/sync/layout.js';
import { allocateMemory, type SharedMemory } from '../../../src/sync/memory.js';
import { CheckedWorld } from '../../../src/verify/checked-world.js';
import type { SteppedManager } from '../../../src/verify/manager-program.js';
import { MARK, type Program, type Region } from '../../../src/verify/program.js';
import { MAX_STEPS, type Planned } from '../../../src/verify/session.js';
import { reserveSrcu, type SrcuLayout } from '../../../src/vm/srcu.js';
import { type Edit, editorOf } from '../../support/edit.js';
import { MUTEX } from '../../support/sites.js';
import { NoOracle } from '../programs.js';

/**
 * One irqfd of a VM is assigned, inside the VM's read section, while the clean-up queue's worker
 * shuts another one down, after a grace period of the same domain.
 */

interface SteppedSrcu {
  readLock(): Stepped<number>;
  readUnlock(index: number): Stepped;
  synchronize(): Stepped;
}
interface SteppedModules {
  readonly createManager: (seat: Seat) => SteppedManager;
  readonly Counters: typeof Counters;
  readonly LOCKS: { readonly mutex: LockAlgorithm };
  readonly Srcu: new (
    memory: SharedMemory,
    layout: SrcuLayout,
    reader: number,
    leastNs: number,
    stop: null,
  ) => SteppedSrcu;
  readonly ReadSection: new (assigner: object, srcu: SteppedSrcu) => { assign(c: number): Stepped };
  readonly GracePeriod: new (
    deassigner: object,
    srcu: SteppedSrcu,
  ) => { deassign(c: number): Stepped };
}

const MODULES = ['irqbypass/bypass-layout', 'sync/counters', 'locks/lock', 'vm/srcu', 'vm/kernel'];
const STRATEGY = readStrategy('linux-6.17', '--strategy');
const COSTS = { connectCostNs: 0, connectMode: 'spin', connectFailureRate: 0, seed: 1 } as const;
const ASSIGNED = 64;
const SHUT_DOWN = 128;

/** The manager takes its mutex, and then waits for the readers, who wait for the mutex. */
export const GRACE_EDITS: readonly Edit[] = [
  {
    module: 'vm/kernel',
    from: `this.srcu.synchronize();
      this.deassigner.deassign(consumer);`,
    to: `
      this.deassigner.deassign(consumer);`,
  },
  {
    module: 'irqbypass/manager-xarray',
    from: `this.guard.enter();
      const producer = this.words[consumer + PARTNER];`,
    to: `this.guard.enter(); this.srcu.synchronize();
      const producer = this.words[consumer + PARTNER];`,
  },
];

export async function planGrace(edits: readonly Edit[]): Promise<Planned> {
  const checked = new CheckedWorld('by the scenario', { edit: editorOf(edits) });
  const modules: Record<string, unknown> = {};
  for (const path of MODULES) Object.assign(modules, await checked.world.load(path));
  const options = { spurious: false, maxSteps: MAX_STEPS };
  return {
    name: 'assign while another is shut down',
    prepare: () => {
      const program = new GraceProgram(
        modules as unknown as SteppedModules,
        checked.world.register,
      );
      return checked.machineFor(program, options);
    },
    places: { noun: 'scenario', placeOf: (site) => checked.placeOf(site) },
    spell: (choices) => choices.join(),
    areThreadsAlike: false,
    choices: null,
  };
}

class GraceProgram implements Program {
  readonly memory: SharedMemory;
  readonly initial: Int32Array;
  readonly nullWords = LINE_WORDS;
  readonly register: Register;
  readonly threads = 2;
  readonly regions: readonly Region[];
  readonly oracle = new NoOracle();
  private readonly modules: SteppedModules;
  private readonly bypass: BypassLayout;
  private readonly srcu: SrcuLayout;
  private readonly countersAt: number;

  constructor(modules: SteppedModules, register: Register) {
    this.modules = modules;
    this.register = register;
    const layout = new Layout();
    const shape = { strategy: STRATEGY, threads: 2, nodes: 1, consumers: 2, producers: 0 };
    this.bypass = reserveBypass(layout, { ...shape, loggedCallbacks: 0 }, MUTEX);
    this.srcu = reserveSrcu(layout, 1);
    this.countersAt = reserveCounters(layout, 2);
    this.memory = allocateMemory(layout.totalBytes);
    const { words } = this.memory;
    const outputs = [this.countersAt * 2, words.length] as const;
    this.regions = [
      { name: 'counters', from: outputs[0], to: outputs[1], isOutput: true },
      { name: 'words', from: 0, to: words.length, isOutput: false },
    ];
    initBypass(this.memory, this.bypass, 1);
    [ASSIGNED, SHUT_DOWN].forEach((token, id) => {
      initObject(words, this.consumer(id), id, ALL_CALLBACKS, 0, token);
    });
    this.initial = words.slice();
  }

  start(thread: number): Stepped {
    const { modules, memory, bypass: layout } = this;
    const counters = new modules.Counters(memory, this.countersAt, thread);
    const algorithms = { lock: modules.LOCKS.mutex, index: null };
    const manager = modules.createManager({
      memory,
      layout,
      algorithms,
      costs: COSTS,
      self: thread,
      counters,
    });
    const srcu = new modules.Srcu(memory, this.srcu, 0, 0, null);
    // Where a mutant's manager looks for it.
    Object.assign(manager, { srcu });
    return thread === 0 ? this.assign(manager, srcu) : this.shutDown(manager, srcu);
  }

  private *assign(manager: SteppedManager, srcu: SteppedSrcu): Stepped<void> {
    yield this.register.mark(MARK.begin, 0);
    const assigner = {
      assign: (consumer: number) => manager.registerConsumer(consumer, 0, ASSIGNED),
    };
    yield* new this.modules.ReadSection(assigner, srcu).assign(this.consumer(0));
  }

  /** What it shuts down it has registered before. */
  private *shutDown(manager: SteppedManager, srcu: SteppedSrcu): Stepped<void> {
    yield this.register.mark(MARK.begin, 0);
    yield* manager.registerConsumer(this.consumer(1), 0, SHUT_DOWN);
    yield this.register.mark(MARK.begin, 1);
    const deassigner = { deassign: (consumer: number) => manager.unregisterConsumer(consumer) };
    yield* new this.modules.GracePeriod(deassigner, srcu).deassign(this.consumer(1));
  }

  private consumer(id: number): number {
    return this.bypass.consumers.at + id * this.bypass.consumers.strideWords;
  }
}
