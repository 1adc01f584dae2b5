import type { Lock, SharedLock } from '../locks/lock.js';
import { Counters } from '../sync/counters.js';
import type { Cpus } from '../sync/cpu.js';
import { Arena } from './arena.js';
import type { Seat } from './bypass-layout.js';
import type { Connector } from './connect.js';
import { type EntryIndex, LinkedEntries, MappedEntries } from './entry-index.js';
import { EntryLock } from './entry-lock.js';
import { EntryTable } from './entry-table.js';
import { Guard } from './guard.js';
import { HashIndex } from './hash-index.js';
import { type LinkedIndex, ListIndex } from './list-index.js';
import type { Manager } from './manager.js';
import { ListManager } from './manager-list.js';
import { SharedListManager } from './manager-list-shared.js';
import { TokenManager } from './manager-token.js';
import { XArrayManager } from './manager-xarray.js';
import { SharedXArrayManager } from './manager-xarray-shared.js';
import { StampedIndex } from './stamped-index.js';
import { isLinked, type TableLayout } from './table-layout.js';
import { Visits } from './visits.js';
import { type TokenIndex, XArray } from './xarray.js';

/** Puts the parts of one table's manager together, as its strategy wants them. */
export function createTableManager(
  seat: Seat,
  table: TableLayout,
  cpus: Cpus,
  connector: Connector,
): Manager {
  const { guard, isShared } = createGuard(seat, table, cpus);
  const { strategy } = seat.layout;
  if (strategy.scope === 'token') return createTokenManager(seat, table, guard, connector);
  return isLinked(strategy)
    ? createListManager(seat, table, guard, isShared, connector)
    : createXArrayManager(seat, table, guard, isShared, connector);
}

function createGuard(seat: Seat, { lockAt: at, ownerAt }: TableLayout, cpus: Cpus) {
  const { memory, layout, algorithms, self, counters, wrapLock = (lock) => lock } = seat;
  const lock = algorithms.lock.create({ memory, at, threads: layout.threads, counters, cpus });
  const wrapped = wrapLock(lock);
  // A fault that knows nothing of sharing leaves those that share alone.
  const shared = asShared(wrapped) ?? asShared(lock);
  const guard = new Guard(memory, wrapped, shared, ownerAt, self, counters);
  return { guard, isShared: shared !== null };
}

function asShared(lock: Lock): SharedLock | null {
  return 'acquireShared' in lock ? (lock as SharedLock) : null;
}

function createListManager(
  seat: Seat,
  table: TableLayout,
  guard: Guard,
  isShared: boolean,
  connector: Connector,
): Manager {
  const { memory } = seat;
  const { consumersHead, producersHead, stampsAt } = table;
  const consumers = linkedIndex(seat, consumersHead);
  const producers = linkedIndex(seat, producersHead);
  if (!isShared) return new ListManager(memory, guard, consumers, producers, connector);
  const own = new StampedIndex(memory, consumers, stampsAt);
  const others = new StampedIndex(memory, producers, stampsAt + 2);
  const manager = new ListManager(memory, guard, own, others, connector);
  return new SharedListManager(memory, guard, own, others, manager);
}

function createXArrayManager(
  seat: Seat,
  table: TableLayout,
  guard: Guard,
  isShared: boolean,
  connector: Connector,
): Manager {
  const { memory, counters } = seat;
  const consumers = tokenIndex(seat, table, table.consumersHead, table.mostConsumers);
  const producers = tokenIndex(seat, table, table.producersHead, table.mostProducers);
  const manager = new XArrayManager(memory, guard, counters, consumers, producers, connector);
  return isShared ? new SharedXArrayManager(memory, guard, consumers, producers, manager) : manager;
}

function createTokenManager(
  seat: Seat,
  table: TableLayout,
  guard: Guard,
  connector: Connector,
): Manager {
  const { memory, layout, self, counters } = seat;
  const arena = new Arena(memory, table.entries);
  const entries = new EntryTable(memory, guard, entryIndex(seat, table), arena, counters);
  const statistics = new Counters(memory, layout.entryCountersAt, self);
  const lock = new EntryLock(memory, self, counters, statistics);
  return new TokenManager(memory, entries, lock, connector, counters);
}

function entryIndex(seat: Seat, table: TableLayout): EntryIndex {
  const { entriesHead, mostEntries } = table;
  return isLinked(seat.layout.strategy)
    ? new LinkedEntries(linkedIndex(seat, entriesHead))
    : new MappedEntries(tokenIndex(seat, table, entriesHead, mostEntries));
}

function linkedIndex({ memory, layout, counters }: Seat, head: number): LinkedIndex {
  const { index, hashBits } = layout.strategy;
  return index === 'hlist'
    ? new HashIndex(memory, head, hashBits, counters)
    : new ListIndex(memory, head, counters);
}

function tokenIndex(
  { memory, algorithms, counters }: Seat,
  table: TableLayout,
  at: number,
  capacity: number,
): TokenIndex {
  return (
    algorithms.index?.createIndex({ memory, at, capacity, visits: new Visits(counters) }) ??
    new XArray(memory, at, new Arena(memory, table.arena), counters)
  );
}
