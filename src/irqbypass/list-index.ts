import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { FIELD } from './objects.js';

/** The module's own: V8 folds such constants, but reads imported ones from memory each time. */
const { NEXT, PREV, TOKEN_HI, TOKEN_LO } = FIELD;
const NODES_VISITED = COUNTER.nodesVisited;

/**
 * The index before Linux 6.17: a circular doubly linked list (`struct list_head`), walked from
 * its head. New entries go to the head, so a VM finds its own young irqfds at once, and a miss
 * looks at every entry of the host. The manager's lock must be held for all of it.
 */
export class ListIndex {
  private readonly words: Int32Array;
  /** A sentinel that has only the two links; it must have been given to `initList`. */
  private readonly head: number;
  private readonly counters: Counters;

  constructor(memory: SharedMemory, head: number, counters: Counters) {
    this.words = memory.words;
    this.head = head;
    this.counters = counters;
  }

  /**
   * The first entry with this token, or `self` if it stands before one.
   * @param self an object that also counts as a match; 0 for none
   * @returns 0 where there is none: every entry was looked at
   */
  find(hi: number, lo: number, self: number): number {
    const words = this.words;
    const head = this.head;
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
    this.counters.add(NODES_VISITED, visited);
    return found;
  }

  /** Whether the object itself, by identity, is in the list. */
  contains(object: number): boolean {
    const words = this.words;
    const head = this.head;
    let visited = 0;
    let node = words[head + NEXT] as number;
    while (node !== head) {
      visited++;
      if (node === object) break;
      node = words[node + NEXT] as number;
    }
    this.counters.add(NODES_VISITED, visited);
    return node === object;
  }

  /** `list_add()`: to the head. */
  add(object: number): void {
    const words = this.words;
    const first = words[this.head + NEXT] as number;
    words[object + NEXT] = first;
    words[object + PREV] = this.head;
    words[first + PREV] = object;
    words[this.head + NEXT] = object;
  }

  /** `list_del()`: the links are cleared, as the kernel poisons them. */
  remove(object: number): void {
    const words = this.words;
    const next = words[object + NEXT] as number;
    const prev = words[object + PREV] as number;
    words[next + PREV] = prev;
    words[prev + NEXT] = next;
    words[object + NEXT] = 0;
    words[object + PREV] = 0;
  }
}

/** Makes the two words at `head` an empty list: `INIT_LIST_HEAD()`. */
export function initList(words: Int32Array, head: number): void {
  words[head + NEXT] = head;
  words[head + PREV] = head;
}
