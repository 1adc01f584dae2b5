import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { FIELD } from './objects.js';

/** The module's own: V8 folds such constants, but reads imported ones from memory each time. */
const { NEXT, PREV, TOKEN_HI, TOKEN_LO, STAMP } = FIELD;
const NODES_VISITED = COUNTER.nodesVisited;

/**
 * What the managers of lists need of an index: things with links and a token, found by walking.
 * The table's lock must be held for all of it.
 */
export interface LinkedIndex {
  /**
   * The first entry with this token, or `self` if it stands before one.
   * @param self an object that also counts as a match; 0 for none
   * @returns 0 where there is none: every entry it could be was looked at
   */
  find(hi: number, lo: number, self: number): number;
  /** The same among the entries that were stamped after this generation: see `StampedIndex`. */
  findNewer(hi: number, lo: number, self: number, generation: number): number;
  /** Whether the object itself, by identity, is in the index. */
  contains(object: number): boolean;
  /** Under the token that it has by now. */
  add(object: number): void;
  /** It must be in the index. */
  remove(object: number): void;
}

/**
 * The index before Linux 6.17: a circular doubly linked list (`struct list_head`), walked from
 * its head. New entries go to the head, so a VM finds its own young irqfds at once, and a miss
 * looks at every entry of the host. The manager's lock must be held for all of it.
 */
export class ListIndex implements LinkedIndex {
  private readonly words: Int32Array;
  /** A sentinel that has only the two links; it must have been given to `initList`. */
  private readonly head: number;
  private readonly counters: Counters;

  constructor(memory: SharedMemory, head: number, counters: Counters) {
    this.words = memory.words;
    this.head = head;
    this.counters = counters;
  }

  find(hi: number, lo: number, self: number): number {
    return findInList(this.words, this.head, hi, lo, self, this.counters);
  }

  findNewer(hi: number, lo: number, self: number, generation: number): number {
    return findNewerInList(this.words, this.head, hi, lo, self, generation, this.counters);
  }

  contains(object: number): boolean {
    return isInList(this.words, this.head, object, this.counters);
  }

  add(object: number): void {
    addToList(this.words, this.head, object);
  }

  remove(object: number): void {
    removeFromList(this.words, object);
  }
}

/** See `LinkedIndex.find`. */
export function findInList(
  words: Int32Array,
  head: number,
  hi: number,
  lo: number,
  self: number,
  counters: Counters,
): number {
  let visited = 0;
  let found = 0;
  for (
    let node = words[head + NEXT] as number;
    node !== head;
    node = words[node + NEXT] as number
  ) {
    visited++;
    if ((words[node + TOKEN_LO] === lo && words[node + TOKEN_HI] === hi) || node === self) {
      found = node;
      break;
    }
  }
  counters.add(NODES_VISITED, visited);
  return found;
}

/** See `LinkedIndex.findNewer`. The first entry that is not newer ends the walk, and is counted. */
export function findNewerInList(
  words: Int32Array,
  head: number,
  hi: number,
  lo: number,
  self: number,
  generation: number,
  counters: Counters,
): number {
  let visited = 0;
  let found = 0;
  for (
    let node = words[head + NEXT] as number;
    node !== head;
    node = words[node + NEXT] as number
  ) {
    visited++;
    if ((((words[node + STAMP] as number) - generation) | 0) <= 0) break;
    if ((words[node + TOKEN_LO] === lo && words[node + TOKEN_HI] === hi) || node === self) {
      found = node;
      break;
    }
  }
  counters.add(NODES_VISITED, visited);
  return found;
}

export function isInList(
  words: Int32Array,
  head: number,
  object: number,
  counters: Counters,
): boolean {
  let visited = 0;
  let node = words[head + NEXT] as number;
  while (node !== head) {
    visited++;
    if (node === object) break;
    node = words[node + NEXT] as number;
  }
  counters.add(NODES_VISITED, visited);
  return node === object;
}

/** `list_add()`: to the head. */
export function addToList(words: Int32Array, head: number, object: number): void {
  const first = words[head + NEXT] as number;
  words[object + NEXT] = first;
  words[object + PREV] = head;
  words[first + PREV] = object;
  words[head + NEXT] = object;
}

/** `list_del()`: the links are cleared, as the kernel poisons them. */
export function removeFromList(words: Int32Array, object: number): void {
  const next = words[object + NEXT] as number;
  const prev = words[object + PREV] as number;
  words[next + PREV] = prev;
  words[prev + NEXT] = next;
  words[object + NEXT] = 0;
  words[object + PREV] = 0;
}

/** Makes the two words at `head` an empty list: `INIT_LIST_HEAD()`. */
export function initList(words: Int32Array, head: number): void {
  words[head + NEXT] = head;
  words[head + PREV] = head;
}
