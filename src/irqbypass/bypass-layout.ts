import type { Lock } from '../locks/lock.js';
import type { Strategy } from '../model/run-plan.js';
import type { Counters } from '../sync/counters.js';
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
import { Guard } from './guard.js';
import { initList, ListIndex } from './list-index.js';
import type { Manager } from './manager.js';
import { ListManager } from './manager-list.js';
import { XArrayManager } from './manager-xarray.js';
import { type ArenaLayout, NodeArena, reserveArena } from './node-arena.js';
import { CONSUMER_BYTES, type ObjectArea, PRODUCER_BYTES, reserveObjects } from './objects.js';
import { TOKEN_BYTES } from './tokens.js';
import { XArray } from './xarray.js';
import { nodesFor } from './xarray-node.js';

/**
 * One bypass manager and its objects in shared memory: where each part lies, and how a thread
 * builds its own view of it. The layout is plain data, so that it can be sent to a worker.
 */
export interface BypassLayout {
  readonly index: Strategy['index'];
  readonly threads: number;
  readonly nodes: number;
  /** One for each lock: a single one in the global scope. */
  readonly tables: readonly TableLayout[];
  /** Where threads say that they sleep: see `Cpus`. */
  readonly cpusAt: number;
  readonly consumers: ObjectArea;
  readonly producers: ObjectArea;
  readonly callbackLog: CallbackLogLayout;
  /** What callbacks sleep on: see `CallbackSite`. */
  readonly napAt: number;
}

/** What one lock protects. */
export interface TableLayout {
  readonly lockAt: number;
  /** Who took the lock last: see `Guard`. On the line of the consumers' head. */
  readonly ownerAt: number;
  /** The list's sentinel, or the xarray's head. */
  readonly consumersHead: number;
  readonly producersHead: number;
  readonly arena: ArenaLayout;
}

export interface BypassShape {
  readonly strategy: Strategy;
  readonly threads: number;
  readonly nodes: number;
  readonly consumers: number;
  readonly producers: number;
  /** Room for this many logged callbacks; 0 for no log. */
  readonly loggedCallbacks: number;
  /** The arena's size in nodes, where it is not to be as large as the objects may need. */
  readonly arenaNodes?: number;
}

/** Words of a table's head before the owner word. */
const HEAD_WORDS = 2;

export function reserveBypass(
  layout: Layout,
  shape: BypassShape,
  algorithms: Algorithms,
): BypassLayout {
  return {
    index: shape.strategy.index,
    threads: shape.threads,
    nodes: shape.nodes,
    tables: [reserveTable(layout, shape, algorithms)],
    cpusAt: reserveCpus(layout, shape.threads),
    consumers: reserveObjects(layout, shape.consumers, CONSUMER_BYTES),
    producers: reserveObjects(layout, shape.producers, PRODUCER_BYTES),
    callbackLog: reserveCallbackLog(layout, shape.loggedCallbacks),
    napAt: layout.reserve(1),
  };
}

function reserveTable(layout: Layout, shape: BypassShape, { lock }: Algorithms): TableLayout {
  const tokens = Math.max(shape.consumers, shape.producers);
  const nodes =
    shape.strategy.index === 'xarray'
      ? (shape.arenaNodes ??
        nodesFor(shape.consumers, tokens, TOKEN_BYTES) +
          nodesFor(shape.producers, tokens, TOKEN_BYTES))
      : 0;
  const lockAt = layout.reserve(lock.words(shape.threads));
  const consumersHead = layout.reserve(HEAD_WORDS + 1);
  return {
    lockAt,
    ownerAt: consumersHead + HEAD_WORDS,
    consumersHead,
    producersHead: layout.reserve(HEAD_WORDS),
    arena: reserveArena(layout, nodes),
  };
}

/** Once, before anybody builds a manager. Zeroed memory is right for all but the lists. */
export function initBypass(memory: SharedMemory, layout: BypassLayout): void {
  if (layout.index !== 'list') return;
  for (const { consumersHead, producersHead } of layout.tables) {
    initList(memory.words, consumersHead);
    initList(memory.words, producersHead);
  }
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
  const { memory, layout, algorithms, self, counters, wrapLock = (lock) => lock } = seat;
  const cpus = new Cpus(memory, layout.cpusAt, layout.threads, layout.nodes);
  const { callbackLog: log, napAt } = layout;
  const callbacks = new Callbacks({ ...seat, log, napAt, cpus });
  const connector = new Connector(memory, callbacks);
  const table = layout.tables[0] as TableLayout;
  const { lockAt: at, ownerAt } = table;
  const lock = algorithms.lock.create({ memory, at, threads: layout.threads, counters, cpus });
  const guard = new Guard(memory, wrapLock(lock), ownerAt, self, counters);
  if (layout.index === 'list') {
    const consumers = new ListIndex(memory, table.consumersHead, counters);
    const producers = new ListIndex(memory, table.producersHead, counters);
    return new ListManager(memory, guard, consumers, producers, connector);
  }
  const arena = new NodeArena(memory, table.arena);
  const consumers = new XArray(memory, table.consumersHead, arena, counters);
  const producers = new XArray(memory, table.producersHead, arena, counters);
  return new XArrayManager(memory, guard, counters, consumers, producers, connector);
}
