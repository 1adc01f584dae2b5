import type { Lock } from '../locks/lock.js';
import { LOCKS, type LockName } from '../locks/lock.js';
import type { Counters } from '../sync/counters.js';
import type { Layout } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import {
  type CallbackCosts,
  type CallbackLogLayout,
  Callbacks,
  reserveCallbackLog,
} from './callbacks.js';
import { Connector } from './connect.js';
import { initList, ListIndex } from './list-index.js';
import type { Manager } from './manager.js';
import { ListManager } from './manager-list.js';
import { XArrayManager } from './manager-xarray.js';
import { type ArenaLayout, NodeArena, reserveArena } from './node-arena.js';
import { CONSUMER_BYTES, type ObjectArea, PRODUCER_BYTES, reserveObjects } from './objects.js';
import { XArray } from './xarray.js';
import { nodesFor } from './xarray-node.js';

/**
 * One bypass manager and its objects in shared memory: where each part lies, and how a thread
 * builds its own view of it. The layout is plain data, so that it can be sent to a worker.
 */
export interface BypassLayout {
  readonly index: 'list' | 'xarray';
  readonly lockName: LockName;
  readonly lockAt: number;
  /** The list's sentinel, or the xarray's head. */
  readonly consumersHead: number;
  readonly producersHead: number;
  readonly arena: ArenaLayout;
  readonly consumers: ObjectArea;
  readonly producers: ObjectArea;
  readonly callbackLog: CallbackLogLayout;
}

export interface BypassShape {
  readonly index: 'list' | 'xarray';
  readonly lock: LockName;
  readonly threads: number;
  readonly consumers: number;
  readonly producers: number;
  /** Room for this many logged callbacks; 0 for no log. */
  readonly loggedCallbacks: number;
  /** The arena's size in nodes, where it is not to be as large as the objects may need. */
  readonly arenaNodes?: number;
}

/** Tokens are addresses of `struct eventfd_ctx`, from a 64-byte slab. */
export const TOKEN_BYTES = 64;

export function reserveBypass(layout: Layout, shape: BypassShape): BypassLayout {
  const tokens = Math.max(shape.consumers, shape.producers);
  const nodes =
    shape.index === 'xarray'
      ? (shape.arenaNodes ??
        nodesFor(shape.consumers, tokens, TOKEN_BYTES) +
          nodesFor(shape.producers, tokens, TOKEN_BYTES))
      : 0;
  return {
    index: shape.index,
    lockName: shape.lock,
    lockAt: layout.reserve(LOCKS[shape.lock].words(shape.threads)),
    consumersHead: layout.reserve(2),
    producersHead: layout.reserve(2),
    arena: reserveArena(layout, nodes),
    consumers: reserveObjects(layout, shape.consumers, CONSUMER_BYTES),
    producers: reserveObjects(layout, shape.producers, PRODUCER_BYTES),
    callbackLog: reserveCallbackLog(layout, shape.loggedCallbacks),
  };
}

/** Once, before anybody builds a manager. Zeroed memory is right for all but the lists. */
export function initBypass(memory: SharedMemory, layout: BypassLayout): void {
  if (layout.index !== 'list') return;
  initList(memory.words, layout.consumersHead);
  initList(memory.words, layout.producersHead);
}

/** The lock of a manager, as one thread uses it. */
export function createLock(memory: SharedMemory, layout: BypassLayout, counters: Counters): Lock {
  return LOCKS[layout.lockName].create({ memory, at: layout.lockAt, counters });
}

/** @param self the thread's number */
export function createManager(
  memory: SharedMemory,
  layout: BypassLayout,
  costs: CallbackCosts,
  self: number,
  lock: Lock,
  counters: Counters,
): Manager {
  const callbacks = new Callbacks(memory, counters, costs, layout.callbackLog);
  const connector = new Connector(memory, callbacks);
  if (layout.index === 'list') {
    const consumers = new ListIndex(memory, layout.consumersHead, counters);
    const producers = new ListIndex(memory, layout.producersHead, counters);
    return new ListManager(memory, self, lock, counters, consumers, producers, connector);
  }
  const arena = new NodeArena(memory, layout.arena);
  const consumers = new XArray(memory, layout.consumersHead, arena, counters);
  const producers = new XArray(memory, layout.producersHead, arena, counters);
  return new XArrayManager(memory, self, lock, counters, consumers, producers, connector);
}
