import type { Algorithms } from '../irqbypass/algorithms.js';
import { auditBypass } from '../irqbypass/audit.js';
import type { Seat } from '../irqbypass/bypass-layout.js';
import { clearToken, FIELD } from '../irqbypass/objects.js';
import type { ScenarioStep } from '../model/scenario.js';
import { OP, type Register, type Stepped } from '../stepping/operation.js';
import { COUNTER, type CounterName, Counters } from '../sync/counters.js';
import { LINE_WORDS } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import type { ManagerLayout, PlacedObject } from './manager-layout.js';
import { ManagerOracle } from './manager-oracle.js';
import { OBJECT_WORDS, OWN_WORD, regionsOf } from './manager-regions.js';
import { type Call, type Monitor, spellEvent } from './monitor.js';
import type { Observation } from './observed-callbacks.js';
import type { PlainHooks } from './plain-hooks.js';
import { type Finding, MARK, type Program, type Region } from './program.js';
import type { ThreadState } from './thread.js';

/** A manager of a stepped world: its methods are generators. */
export interface SteppedManager {
  registerConsumer(consumer: number, hi: number, lo: number): Stepped<number>;
  unregisterConsumer(consumer: number): Stepped;
  registerProducer(producer: number, hi: number, lo: number): Stepped<number>;
  unregisterProducer(producer: number): Stepped;
}

/** What a stepped world has for a manager's program. */
export interface SteppedParts {
  readonly algorithms: Algorithms;
  readonly createManager: (seat: Seat) => SteppedManager;
  readonly Counters: typeof Counters;
  /** Counters that code may look at, which are part of a state then. */
  readonly countersRead: ReadonlySet<string> | 'all';
  /** Whether a thread's manager may keep something, so that each schedule needs a new one. */
  readonly keepsState: boolean;
  /** Whether owners of producers keep a token that was refused. */
  readonly keepsTokens: boolean;
}

/** The program that tries a manager: threads that do what a scenario says, as owners do it. */
export class ManagerProgram implements Program, Observation {
  readonly memory: SharedMemory;
  readonly initial: Int32Array;
  readonly nullWords = LINE_WORDS;
  readonly register: Register;
  readonly threads: number;
  readonly regions: readonly Region[];
  readonly oracle: ManagerOracle;
  private readonly layout: ManagerLayout;
  private readonly parts: SteppedParts;
  private readonly hooks: PlainHooks;
  private readonly managers: (SteppedManager | undefined)[] = [];
  /** Whether the module parameter is switched at all. */
  private readonly hasSwitch: boolean;

  constructor(
    layout: ManagerLayout,
    parts: SteppedParts,
    monitors: readonly Monitor[],
    register: Register,
    hooks: PlainHooks,
  ) {
    this.layout = layout;
    this.parts = parts;
    this.register = register;
    this.hooks = hooks;
    this.memory = layout.memory;
    this.initial = layout.initial;
    this.threads = layout.scenario.threads.length;
    this.regions = regionsOf(layout, parts.countersRead);
    this.hasSwitch = layout.scenario.threads.flat().some(({ verb }) => verb === 'switch-bypass');
    const judged = {
      threads: this.threads,
      objects: layout.objects,
      audit: (isRegistered: (object: number) => boolean) => this.audit(isRegistered),
      tell: (thread: number, what: string) => hooks.execution?.recorder?.note(thread, what),
    };
    this.oracle = new ManagerOracle(judged, monitors);
  }

  start(thread: number): Stepped {
    const { layout, parts } = this;
    const known = parts.keepsState ? undefined : this.managers[thread];
    const counters = new parts.Counters(this.memory, layout.countersAt, thread);
    const manager = known ?? parts.createManager(layout.seat(thread, counters, parts.algorithms));
    this.managers[thread] = manager;
    return this.run(thread, manager);
  }

  nameMark(thread: ThreadState): string {
    return spellEvent(this.layout.objects, this.oracle.eventOf(thread));
  }

  errorOf(address: number): number {
    return this.objectAt(address).addError;
  }

  touch(site: number, address: number): void {
    const { words } = this.memory;
    this.hooks.write(site, words, address + OWN_WORD, words[address + OWN_WORD] as number);
  }

  private *run(self: number, manager: SteppedManager): Stepped<void> {
    const { layout, register } = this;
    const script = layout.scenario.threads[self] ?? [];
    for (const [number, step] of script.entries()) {
      yield register.mark(MARK.begin, number);
      yield* this.take(self, manager, step);
    }
  }

  private *take(self: number, manager: SteppedManager, step: ScenarioStep): Stepped<void> {
    const { layout } = this;
    switch (step.verb) {
      case 'register':
        yield* this.registerObject(self, manager, step.object);
        break;
      case 'unregister':
        yield* this.unregisterObject(self, manager, step.object);
        break;
      case 'free-token':
        yield this.operate(OP.store, layout.freedWord(step.token), 1);
        break;
      case 'reuse-token':
        yield this.operate(OP.awaitChange, layout.freedWord(step.token), 0);
        break;
      case 'switch-bypass':
        yield this.operate(OP.store, layout.switchAt, step.isOn ? 0 : 1);
        break;
      default:
    }
  }

  private operate(kind: number, at: number, a = 0): void {
    this.register.set(kind, 0, this.memory.words, at, a);
  }

  /** KVM asks whether the host bypasses before it registers; VFIO does not. */
  private *registerObject(self: number, manager: SteppedManager, number: number): Stepped<void> {
    const object = this.layout.objects[number] as PlacedObject;
    const { address, token, side, isOptedOut } = object;
    if (isOptedOut) return;
    if (this.hasSwitch && side === 'consumer') {
      const isOff = yield this.operate(OP.load, this.layout.switchAt);
      if (isOff === 1) return;
    }
    const call: Call = { verb: 'register', object: number, token };
    this.oracle.begins(self, call);
    const lo = this.layout.addressOf(token);
    const error =
      side === 'consumer'
        ? yield* manager.registerConsumer(address, 0, lo)
        : yield* manager.registerProducer(address, 0, lo);
    this.judge(this.oracle.returned(self, call, error));
    if (error === 0) return;
    // VFIO does so, and must: see the old mistake in irqbypass/manager.ts.
    if (side === 'producer' && !this.parts.keepsTokens) this.clearToken(address);
    this.free(address);
  }

  /** KVM does it whether or not it registered: the manager sees by the token. */
  private *unregisterObject(self: number, manager: SteppedManager, number: number): Stepped<void> {
    const { address, side, token, isOptedOut } = this.layout.objects[number] as PlacedObject;
    if (isOptedOut) return;
    const call: Call = { verb: 'unregister', object: number, token };
    this.oracle.begins(self, call);
    if (side === 'consumer') yield* manager.unregisterConsumer(address);
    else yield* manager.unregisterProducer(address);
    this.judge(this.oracle.returned(self, call, 0));
    this.free(address);
  }

  private clearToken(address: number): void {
    const { words } = this.memory;
    this.hooks.write(0, words, address + FIELD.TOKEN_HI, 0);
    this.hooks.write(0, words, address + FIELD.TOKEN_LO, 0);
    clearToken(words, address);
  }

  /**
   * Who is not registered may free his object: he writes to all of it, and whoever else still does
   * something to it races with that.
   */
  private free(address: number): void {
    const { words } = this.memory;
    for (let word = address; word < address + OBJECT_WORDS; word++)
      this.hooks.write(0, words, word, words[word] as number);
  }

  private judge(finding: Finding | null): void {
    this.hooks.execution?.judge(finding);
  }

  private objectAt(address: number): PlacedObject {
    return this.layout.objects.find((object) => object.address === address) as PlacedObject;
  }

  private audit(isRegistered: (object: number) => boolean): Finding | null {
    const { layout, memory } = this;
    const { bypass, algorithms, objects } = layout;
    const registered = objects.filter((_, number) => isRegistered(number));
    const idsOf = (side: PlacedObject['side']) =>
      new Set(registered.filter((object) => object.side === side).map(({ id }) => id));
    const { findings } = auditBypass(memory, bypass, algorithms, {
      backgroundConsumers: 0,
      backgroundProducers: 0,
      others: { consumers: idsOf('consumer'), producers: idsOf('producer') },
    });
    const warnings = this.count('warnings');
    if (warnings > 0) findings.push('the manager warned: something was not as it left it');
    const isOutside = layout.strategy.connect === 'outside';
    if (isOutside && this.count('callbacksUnderLock') > 0)
      findings.push("callbacks ran inside a lock of the manager's tables");
    if (findings.length === 0) return null;
    return { kind: 'audit', message: findings.map((text) => this.withNames(text)).join('; ') };
  }

  private count(name: CounterName): number {
    let sum = 0;
    for (let thread = 0; thread < this.threads; thread++)
      sum += new Counters(this.memory, this.layout.countersAt, thread).read(COUNTER[name]);
    return sum;
  }

  /** Objects as the scenario calls them, in the audit's words. */
  private withNames(text: string): string {
    return text.replace(/\b(consumer|producer) (\d+)\b/g, (words, side: string, id: string) => {
      const object = this.layout.objects.find((one) => one.side === side && one.id === Number(id));
      return object?.name ?? words;
    });
  }
}
