import type { Algorithms } from '../../src/irqbypass/algorithms.js';
import { Arena } from '../../src/irqbypass/arena.js';
import { type AuditReport, auditBypass } from '../../src/irqbypass/audit.js';
import {
  type BypassLayout,
  createManager,
  initBypass,
  reserveBypass,
} from '../../src/irqbypass/bypass-layout.js';
import { type LoggedCallback, readCallbackLog } from '../../src/irqbypass/callbacks.js';
import type { Manager } from '../../src/irqbypass/manager.js';
import {
  ALL_CALLBACKS,
  EVENTFD_HI,
  EVENTFD_LO,
  initObject,
  PARTNER,
  TOKEN_HI,
  TOKEN_LO,
} from '../../src/irqbypass/objects.js';
import type { TableLayout } from '../../src/irqbypass/table-layout.js';
import type { Strategy } from '../../src/model/run-plan.js';
import { type AxisOverrides, resolveStrategy } from '../../src/plan/strategies.js';
import { COUNTER, type CounterName, Counters, reserveCounters } from '../../src/sync/counters.js';
import { Layout, WORD_BYTES } from '../../src/sync/layout.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';
import { MUTEX } from './sites.js';
import { eventfdToken, halves, whole } from './token.js';

/** Words of one thread's counters. */
const COUNTER_WORDS = 64;

export interface RigShape {
  readonly index: Strategy['index'];
  /** Other axes than the index, where they are not those of the kernel's. */
  readonly axes?: AxisOverrides;
  /** What lock and index are made by, where it is not irqbench's mutex and indexes. */
  readonly algorithms?: Algorithms;
  readonly consumers: number;
  readonly producers: number;
  readonly arenaNodes?: number;
  readonly arenaEntries?: number;
  readonly connectFailureRate?: number;
  readonly seed?: number;
  /** Callbacks to remember; 0 for no log. */
  readonly loggedCallbacks?: number;
}

/**
 * One manager over scratch memory, as its one user sees it. Objects carry their number as id, all
 * callbacks, and the eventfd of that number; tokens are bigints.
 */
export class BypassRig {
  readonly algorithms: Algorithms;
  readonly memory: SharedMemory;
  readonly words: Int32Array;
  readonly layout: BypassLayout;
  readonly counters: Counters;
  readonly entryCounters: Counters;
  readonly manager: Manager;
  /** The words that the counters may change: first, and one past the last. */
  readonly counterWords: readonly [number, number];
  readonly otherCounterWords: readonly [number, number];

  constructor(shape: RigShape) {
    this.algorithms = shape.algorithms ?? MUTEX;
    const layout = new Layout();
    const countersAt = reserveCounters(layout, 1);
    this.counterWords = [countersAt * 2, layout.totalBytes / WORD_BYTES];
    this.layout = reserveBypass(
      layout,
      {
        strategy: resolveStrategy('linux-6.2', { ...shape.axes, index: shape.index }),
        threads: 1,
        nodes: 1,
        consumers: shape.consumers,
        producers: shape.producers,
        loggedCallbacks: shape.loggedCallbacks ?? 64,
        ...(shape.arenaNodes === undefined ? {} : { arenaNodes: shape.arenaNodes }),
        ...(shape.arenaEntries === undefined ? {} : { arenaEntries: shape.arenaEntries }),
      },
      this.algorithms,
    );
    this.memory = allocateMemory(layout.totalBytes);
    this.words = this.memory.words;
    initBypass(this.memory, this.layout, shape.seed ?? 1);
    this.counters = new Counters(this.memory, countersAt, 0);
    const costs = {
      connectCostNs: 0,
      connectMode: 'spin' as const,
      connectFailureRate: shape.connectFailureRate ?? 0,
      seed: shape.seed ?? 1,
    };
    const { memory, counters, algorithms } = this;
    const seat = { memory, layout: this.layout, algorithms, costs, self: 0, counters };
    this.manager = createManager(seat);
    this.entryCounters = new Counters(memory, this.layout.entryCountersAt, 0);
    const entryWordsAt = this.layout.entryCountersAt * 2;
    this.otherCounterWords = [entryWordsAt, entryWordsAt + COUNTER_WORDS];
    for (let id = 0; id < shape.consumers; id++) this.init(this.consumer(id), id, ALL_CALLBACKS);
    for (let id = 0; id < shape.producers; id++) this.init(this.producer(id), id, ALL_CALLBACKS);
  }

  /** The words that say who took a lock last: no state of the index. */
  get ownerWords(): readonly number[] {
    return this.layout.tables.map(({ ownerAt }) => ownerAt);
  }

  /** What the one lock of the global scope protects. */
  get table(): TableLayout {
    return this.layout.tables[0] as TableLayout;
  }

  consumer(i: number): number {
    return this.layout.consumers.at + i * this.layout.consumers.strideWords;
  }

  producer(i: number): number {
    return this.layout.producers.at + i * this.layout.producers.strideWords;
  }

  /** Gives an object its id, its callbacks and the eventfd of its number. */
  init(object: number, id: number, flags: number): void {
    const { hi, lo } = halves(eventfdToken(id));
    initObject(this.words, object, id, flags, hi, lo);
  }

  registerConsumer(consumer: number, token: bigint): number {
    const { hi, lo } = halves(token);
    const code = this.manager.registerConsumer(consumer, hi, lo);
    if (code === 0) this.setEventfd(consumer, token);
    return code;
  }

  registerProducer(producer: number, token: bigint): number {
    const { hi, lo } = halves(token);
    const code = this.manager.registerProducer(producer, hi, lo);
    if (code === 0) this.setEventfd(producer, token);
    return code;
  }

  /** What is registered is so under its eventfd's address: whichever token that is in a test. */
  private setEventfd(object: number, token: bigint): void {
    const { hi, lo } = halves(token);
    this.words[object + EVENTFD_HI] = hi;
    this.words[object + EVENTFD_LO] = lo;
  }

  tokenOf(object: number): bigint {
    return whole(this.words[object + TOKEN_HI] as number, this.words[object + TOKEN_LO] as number);
  }

  partnerOf(object: number): number {
    return this.words[object + PARTNER] as number;
  }

  count(name: CounterName): number {
    return this.counters.read(COUNTER[name]);
  }

  liveNodes(): number {
    return this.layout.tables.reduce((n, { arena }) => n + new Arena(this.memory, arena).live(), 0);
  }

  liveEntries(): number {
    const { tables } = this.layout;
    return tables.reduce((n, { entries }) => n + new Arena(this.memory, entries).live(), 0);
  }

  /** What was called since the last time. */
  takeLog(): LoggedCallback[] {
    const entries = readCallbackLog(this.words, this.layout.callbackLog);
    this.words[this.layout.callbackLog.at] = 0;
    return entries;
  }

  audit(backgroundConsumers = 0, backgroundProducers = 0): AuditReport {
    return auditBypass(this.memory, this.layout, this.algorithms, {
      backgroundConsumers,
      backgroundProducers,
    });
  }
}
