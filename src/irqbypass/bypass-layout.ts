import type { Lock } from '../locks/lock.js';
import type { Strategy } from '../model/run-plan.js';
import { type Counters, reserveCounters } from '../sync/counters.js';
import { Cpus, reserveCpus } from '../sync/cpu.js';
import type { Layout } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import type { Algorithms } from './algorithms.js';
import {
  type CallbackCosts,
  type CallbackLogLayout,
  Callbacks,
  reserveCallbackLog,
} from './callbacks.js';
import { Connector } from './connect.js';
import { createTableManager } from './create-table.js';
import type { Manager } from './manager.js';
import { ShardedManager } from './manager-sharded.js';
import { CONSUMER_BYTES, type ObjectArea, PRODUCER_BYTES, reserveObjects } from './objects.js';
import { initTable, reserveTable, type TableLayout } from './table-layout.js';
import { countByShard } from './tokens.js';

/**
 * One bypass manager and its objects in shared memory: where each part lies, and how a thread
 * builds its own view of it. The layout is plain data, so that it can be sent to a worker.
 */
export interface BypassLayout {
  readonly strategy: Strategy;
  readonly threads: number;
  readonly spread: number;
  readonly nodes: number;
  /** One for each lock, by shard: a single one in the global scope. */
  readonly tables: readonly TableLayout[];
  /** Where threads say that they sleep: see `Cpus`. */
  readonly cpusAt: number;
  /** Each thread's counters of entry locks: see `EntryLock`. */
  readonly entryCountersAt: number;
  readonly consumers: ObjectArea;
  readonly producers: ObjectArea;
  readonly callbackLog: CallbackLogLayout;
  /** What callbacks sleep on: see `CallbackSite`. */
  readonly napAt: number;
}

export interface BypassShape {
  readonly strategy: Strategy;
  readonly threads: number;
  /** How many of them are spread over the nodes, where not all are; the others come last. */
  readonly spread?: number;
  readonly nodes: number;
  readonly consumers: number;
  readonly producers: number;
  /** Room for this many logged callbacks; 0 for no log. */
  readonly loggedCallbacks: number;
  /** Each table's xarray nodes, where they are not to be as many as its tokens may need. */
  readonly arenaNodes?: number;
  /** Each table's entries, where they are not to be as many as its tokens. */
  readonly arenaEntries?: number;
}

export function reserveBypass(
  layout: Layout,
  shape: BypassShape,
  algorithms: Algorithms,
): BypassLayout {
  const tokens = Math.max(shape.consumers, shape.producers);
  return {
    strategy: shape.strategy,
    threads: shape.threads,
    spread: shape.spread ?? shape.threads,
    nodes: shape.nodes,
    tables: Array.from(countByShard(tokens, shape.strategy.shards), (count) =>
      reserveTable(layout, shape, algorithms, count),
    ),
    cpusAt: reserveCpus(layout, shape.threads),
    entryCountersAt: reserveCounters(layout, shape.threads),
    consumers: reserveObjects(layout, shape.consumers, CONSUMER_BYTES),
    producers: reserveObjects(layout, shape.producers, PRODUCER_BYTES),
    callbackLog: reserveCallbackLog(layout, shape.loggedCallbacks),
    napAt: layout.reserve(1),
  };
}

/**
 * Once, before anybody builds a manager.
 * @param seed what the entries' order in memory is drawn from
 */
export function initBypass(memory: SharedMemory, layout: BypassLayout, seed: number): void {
  for (const table of layout.tables) initTable(memory.words, table, layout.strategy, seed);
}

/** One thread's place at a manager: what it builds its own view from. */
export interface Seat {
  readonly memory: SharedMemory;
  readonly layout: BypassLayout;
  readonly algorithms: Algorithms;
  readonly costs: CallbackCosts;
  /** The thread's number. */
  readonly self: number;
  readonly counters: Counters;
  /** Puts something around every lock of the tables: a fault. */
  readonly wrapLock?: (lock: Lock) => Lock;
}

export function createManager(seat: Seat): Manager {
  const { memory, layout } = seat;
  const cpus = new Cpus(memory, layout.cpusAt, layout.spread, layout.nodes);
  const { callbackLog: log, napAt } = layout;
  const callbacks = new Callbacks({ ...seat, log, napAt, cpus });
  const connector = new Connector(memory, callbacks);
  const managers = layout.tables.map((table) => createTableManager(seat, table, cpus, connector));
  return managers.length === 1 ? (managers[0] as Manager) : new ShardedManager(memory, managers);
}
