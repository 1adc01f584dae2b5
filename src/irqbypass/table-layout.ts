import type { Strategy } from '../model/run-plan.js';
import type { Layout } from '../sync/layout.js';
import type { Algorithms } from './algorithms.js';
import { type ArenaLayout, ownerWordOf, reserveArena, shuffleArena } from './arena.js';
import type { BypassShape } from './bypass-layout.js';
import { ENTRY_WORDS } from './entry.js';
import { BUCKET_WORDS, initBuckets } from './hash-index.js';
import { initList } from './list-index.js';
import { TOKEN_BYTES } from './tokens.js';
import type { UserIndex } from './user-index.js';
import { NODE, nodesFor } from './xarray-node.js';

/**
 * What one lock protects: both indexes of its tokens, or the index of their entries; and where
 * these take their memory from.
 */
export interface TableLayout {
  readonly lockAt: number;
  /**
   * Who took the lock last: see `Guard`. On a line that sections write anyway, and no look-up
   * shares: the arena's header, or with lists, which have none, the line of the first index's end.
   */
  readonly ownerAt: number;
  /** Two counts for consumers, then two for producers: see `StampedIndex`. Behind the first index. */
  readonly stampsAt: number;
  /** The list's sentinel, the first bucket, the xarray's head or a user index's first word. */
  readonly consumersHead: number;
  readonly producersHead: number;
  /** The same of the entries, in the scope of tokens, where the other two are 0. Else 0. */
  readonly entriesHead: number;
  /** How many of a side can be in its index at once, but 1 at least: what a user index is told. */
  readonly mostConsumers: number;
  readonly mostProducers: number;
  readonly mostEntries: number;
  /** Of xarray nodes. */
  readonly arena: ArenaLayout;
  /** Of entries. */
  readonly entries: ArenaLayout;
}

const LIST_WORDS = 2;
const XARRAY_WORDS = 1;
const OWNER_WORDS = 1;
const STAMP_WORDS = 2;

/** @param tokens how many of the run's tokens belong to this table */
export function reserveTable(
  layout: Layout,
  shape: BypassShape,
  { lock, index }: Algorithms,
  tokens: number,
): TableLayout {
  const { strategy } = shape;
  const hasEntries = strategy.scope === 'token';
  const consumers = Math.min(tokens, shape.consumers);
  const producers = Math.min(tokens, shape.producers);
  const mostEntries = hasEntries ? (shape.arenaEntries ?? tokens) : 0;

  const lockAt = layout.reserve(lock.words(shape.threads));
  const firstWords = indexWords(strategy, index, hasEntries ? mostEntries : consumers);
  const first = layout.reserve(firstWords + OWNER_WORDS + 2 * STAMP_WORDS);
  const second = hasEntries ? 0 : layout.reserve(indexWords(strategy, index, producers));
  const indexed = hasEntries ? [mostEntries] : [consumers, producers];
  const nodes = strategy.index === 'xarray' ? (shape.arenaNodes ?? nodesForAll(shape, indexed)) : 0;
  const arena = reserveArena(layout, nodes, NODE.WORDS);
  const entries = reserveArena(layout, mostEntries, ENTRY_WORDS);
  const ownerAt = hasEntries
    ? ownerWordOf(entries)
    : nodes > 0
      ? ownerWordOf(arena)
      : first + firstWords;
  return {
    lockAt,
    ownerAt,
    stampsAt: first + firstWords + OWNER_WORDS,
    consumersHead: hasEntries ? 0 : first,
    producersHead: second,
    entriesHead: hasEntries ? first : 0,
    mostConsumers: Math.max(1, consumers),
    mostProducers: Math.max(1, producers),
    mostEntries: Math.max(1, mostEntries),
    arena,
    entries,
  };
}

function indexWords(strategy: Strategy, user: UserIndex | null, capacity: number): number {
  if (user !== null) return user.words(Math.max(1, capacity));
  switch (strategy.index) {
    case 'list':
      return LIST_WORDS;
    case 'hlist':
      return BUCKET_WORDS * 2 ** strategy.hashBits;
    default:
      return XARRAY_WORDS;
  }
}

/** The tokens of a table lie anywhere among those of the run, so upper nodes are shared less. */
function nodesForAll({ consumers, producers }: BypassShape, indexed: readonly number[]): number {
  const tokens = Math.max(consumers, producers);
  return indexed.reduce((nodes, entries) => nodes + nodesFor(entries, tokens, TOKEN_BYTES), 0);
}

/** The heads of a table's indexes: two, or the entries' alone. */
export function headsOf({ consumersHead, producersHead, entriesHead }: TableLayout): number[] {
  return entriesHead === 0 ? [consumersHead, producersHead] : [entriesHead];
}

/** Once. Zeroed memory is right for all but lists, and for entries' order in memory. */
export function initTable(
  words: Int32Array,
  table: TableLayout,
  strategy: Strategy,
  seed: number,
): void {
  for (const head of headsOf(table)) {
    if (strategy.index === 'list') initList(words, head);
    if (strategy.index === 'hlist') initBuckets(words, head, strategy.hashBits);
  }
  shuffleArena(words, table.entries, seed);
}

/** Whether the index is made of links in the objects, so that their owners keep their tokens. */
export function isLinked({ index }: Pick<Strategy, 'index'>): boolean {
  return index === 'list' || index === 'hlist';
}
