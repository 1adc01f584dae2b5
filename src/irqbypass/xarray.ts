import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import type { Arena } from './arena.js';
import { EBUSY, ENOMEM } from './errno.js';
import { NODE } from './xarray-node.js';

/** This module's own: V8 folds such constants, but reads imported ones from memory each time. */
const { SHIFT, OFFSET, COUNT, PARENT, SLOTS, SLOT_WORDS, BITS, TOP_SHIFT } = NODE;
const NODES_VISITED = COUNTER.nodesVisited;

/** What the manager of 6.17 needs of an index: a map from tokens to addresses. */
export interface TokenIndex {
  /** @returns the entry, or 0 */
  load(hi: number, lo: number): number;
  /**
   * @param entry an address, not 0
   * @returns 0, -EBUSY where the token is taken, or -ENOMEM with nothing changed
   */
  insert(hi: number, lo: number, entry: number): number;
  /** @returns the entry that was there, or 0 */
  erase(hi: number, lo: number): number;
}

/** The six bits of the index that choose a slot in a node with this shift. */
function digit(hi: number, lo: number, shift: number): number {
  if (shift >= 32) return (hi >>> (shift - 32)) & 63;
  if (shift === 30) return ((hi << 2) | (lo >>> 30)) & 63;
  return (lo >>> shift) & 63;
}

/** The shift of the lowest root that covers the index. */
function shiftFor(hi: number, lo: number): number {
  const bits = hi !== 0 ? 64 - Math.clz32(hi) : 32 - Math.clz32(lo);
  return bits === 0 ? 0 : Math.floor((bits - 1) / BITS) * BITS;
}

/**
 * The index since Linux 6.17: an xarray, a 64-way radix tree over the 64-bit token that is as
 * high as its largest index needs. It grows a level at the root when an index does not fit, and
 * gives nodes back as soon as they are empty; a root whose only entry is in slot 0 is cut off.
 *
 * Tokens are addresses of 64-byte objects, so a leaf holds one of them: every registration
 * allocates a node and every deregistration frees one, as in the kernel.
 *
 * The head word is 0 (empty), an entry (index 0 alone), or minus a node. In a node, slots above
 * the lowest level hold nodes and slots at the lowest hold entries. Slots take 8 bytes, as
 * pointers do, so that a node fills the nine cache lines it fills in the kernel.
 *
 * Sources: lib/xarray.c (xas_expand, xas_create, xas_shrink, xas_delete_node), Linux 6.17.
 * The manager's lock must be held for all of it.
 */
export class XArray implements TokenIndex {
  private readonly words: Int32Array;
  private readonly head: number;
  private readonly arena: Arena;
  private readonly counters: Counters;

  constructor(memory: SharedMemory, head: number, arena: Arena, counters: Counters) {
    this.words = memory.words;
    this.head = head;
    this.arena = arena;
    this.counters = counters;
  }

  /** `xa_load()`. */
  load(hi: number, lo: number): number {
    const root = this.words[this.head] as number;
    if (root >= 0) return (hi | lo) === 0 ? root : 0;
    const leaf = this.findLeaf(-root, hi, lo);
    return leaf === 0 ? 0 : (this.words[leaf + (SLOTS + SLOT_WORDS * (lo & 63))] as number);
  }

  /** `xa_insert()`. */
  insert(hi: number, lo: number, entry: number): number {
    const root = this.words[this.head] as number;
    const from = root < 0 ? this.deepest(-root, hi, lo) : 0;
    return from === 0
      ? this.insertAbove(root, hi, lo, entry)
      : this.insertBelow(-root, from, hi, lo, entry);
  }

  /** `xa_erase()`. */
  erase(hi: number, lo: number): number {
    const words = this.words;
    const root = words[this.head] as number;
    if (root >= 0) {
      if ((hi | lo) !== 0) return 0;
      words[this.head] = 0;
      return root;
    }
    const leaf = this.findLeaf(-root, hi, lo);
    if (leaf === 0) return 0;
    const slot = leaf + (SLOTS + SLOT_WORDS * (lo & 63));
    const entry = words[slot] as number;
    if (entry === 0) return 0;
    words[slot] = 0;
    words[leaf + COUNT] = (words[leaf + COUNT] as number) - 1;
    this.freeEmpty(leaf);
    return entry;
  }

  /** @returns the lowest-level node on the index's path, or 0 where the path ends above it */
  private findLeaf(root: number, hi: number, lo: number): number {
    const node = this.deepest(root, hi, lo);
    if (node === 0) return 0;
    const shift = this.words[node + SHIFT] as number;
    this.counters.add(NODES_VISITED, ((this.words[root + SHIFT] as number) - shift) / BITS + 1);
    return shift === 0 ? node : 0;
  }

  /** The lowest node there is on the index's path, or 0 where the root does not cover it. */
  private deepest(root: number, hi: number, lo: number): number {
    return this.words[root + SHIFT] === TOP_SHIFT
      ? this.deepestFromTop(root, hi, lo)
      : this.deepestFrom(root, hi, lo);
  }

  private deepestFrom(root: number, hi: number, lo: number): number {
    const words = this.words;
    let above = root;
    let shift = words[root + SHIFT] as number;
    if (shiftFor(hi, lo) > shift) return 0;
    for (; shift > 0; shift -= BITS) {
      const node = words[above + (SLOTS + SLOT_WORDS * digit(hi, lo, shift))] as number;
      if (node === 0) return above;
      above = node;
    }
    return above;
  }

  /** The same in a tree of full height, level by level: V8 hoists nothing out of a loop. */
  private deepestFromTop(root: number, hi: number, lo: number): number {
    const words = this.words;
    let above = root;
    let node = words[above + (SLOTS + SLOT_WORDS * (hi >>> 28))] as number;
    if (node === 0) return above;
    above = node;
    node = words[above + (SLOTS + SLOT_WORDS * ((hi >>> 22) & 63))] as number;
    if (node === 0) return above;
    above = node;
    node = words[above + (SLOTS + SLOT_WORDS * ((hi >>> 16) & 63))] as number;
    if (node === 0) return above;
    above = node;
    node = words[above + (SLOTS + SLOT_WORDS * ((hi >>> 10) & 63))] as number;
    if (node === 0) return above;
    above = node;
    node = words[above + (SLOTS + SLOT_WORDS * ((hi >>> 4) & 63))] as number;
    if (node === 0) return above;
    above = node;
    node = words[above + (SLOTS + SLOT_WORDS * (((hi << 2) | (lo >>> 30)) & 63))] as number;
    if (node === 0) return above;
    above = node;
    node = words[above + (SLOTS + SLOT_WORDS * ((lo >>> 24) & 63))] as number;
    if (node === 0) return above;
    above = node;
    node = words[above + (SLOTS + SLOT_WORDS * ((lo >>> 18) & 63))] as number;
    if (node === 0) return above;
    above = node;
    node = words[above + (SLOTS + SLOT_WORDS * ((lo >>> 12) & 63))] as number;
    if (node === 0) return above;
    above = node;
    node = words[above + (SLOTS + SLOT_WORDS * ((lo >>> 6) & 63))] as number;
    if (node === 0) return above;
    above = node;
    return above;
  }

  /** The root does not cover the index, or there is none. */
  private insertAbove(root: number, hi: number, lo: number, entry: number): number {
    const words = this.words;
    if ((hi | lo) === 0) {
      if (root !== 0) return -EBUSY;
      words[this.head] = entry;
      return 0;
    }
    const needed = shiftFor(hi, lo);
    const height = root < 0 ? (words[-root + SHIFT] as number) : -BITS;
    if (root === 0) {
      // An empty tree gets its root here and the path below it in the descent.
      if (!this.arena.has(needed / BITS + 1)) return -ENOMEM;
      words[this.head] = -this.newNode(needed);
    } else if (needed > height) {
      const levels = (needed - height) / BITS;
      if (!this.arena.has(levels + needed / BITS)) return -ENOMEM;
      this.grow(height, needed);
    }
    const top = -(words[this.head] as number);
    return this.insertBelow(top, this.deepest(top, hi, lo), hi, lo, entry);
  }

  /** `xas_create()` and `xas_store()`, from the lowest node that is on the index's path. */
  private insertBelow(root: number, from: number, hi: number, lo: number, entry: number): number {
    const words = this.words;
    this.counters.add(NODES_VISITED, (words[root + SHIFT] as number) / BITS + 1);
    let node = from;
    let shift = words[node + SHIFT] as number;
    if (shift > 0) {
      if (!this.arena.has(shift / BITS)) return -ENOMEM;
      do {
        const offset = digit(hi, lo, shift);
        shift -= BITS;
        const child = this.arena.alloc();
        words[child + SHIFT] = shift;
        words[child + PARENT] = node;
        words[child + OFFSET] = offset;
        words[node + COUNT] = (words[node + COUNT] as number) + 1;
        words[node + (SLOTS + SLOT_WORDS * offset)] = child;
        node = child;
      } while (shift > 0);
    }
    const slot = node + (SLOTS + SLOT_WORDS * (lo & 63));
    if (words[slot] !== 0) return -EBUSY;
    words[slot] = entry;
    words[node + COUNT] = (words[node + COUNT] as number) + 1;
    return 0;
  }

  private newNode(shift: number): number {
    const node = this.arena.alloc();
    this.words[node + SHIFT] = shift;
    return node;
  }

  /** `xas_expand()`: puts new roots above the old one, which moves to slot 0. */
  private grow(height: number, needed: number): void {
    const words = this.words;
    let below = words[this.head] as number;
    for (let shift = height + BITS; shift <= needed; shift += BITS) {
      const node = this.newNode(shift);
      words[node + COUNT] = 1;
      if (below < 0) {
        words[-below + PARENT] = node;
        words[-below + OFFSET] = 0;
        words[node + SLOTS] = -below;
      } else {
        words[node + SLOTS] = below;
      }
      below = -node;
    }
    words[this.head] = below;
  }

  /** `xas_delete_node()`: gives back the node and its ancestors as far as they are empty. */
  private freeEmpty(leaf: number): void {
    const words = this.words;
    let node = leaf;
    while (words[node + COUNT] === 0) {
      const parent = words[node + PARENT] as number;
      const offset = words[node + OFFSET] as number;
      this.freeNode(node);
      if (parent === 0) {
        words[this.head] = 0;
        return;
      }
      words[parent + SLOTS + SLOT_WORDS * offset] = 0;
      words[parent + COUNT] = (words[parent + COUNT] as number) - 1;
      node = parent;
    }
    if (words[node + PARENT] === 0) this.shrink(node);
  }

  /** `xas_shrink()`: a root with nothing but slot 0 makes way for what is in it. */
  private shrink(top: number): void {
    const words = this.words;
    let root = top;
    while (words[root + COUNT] === 1 && words[root + SLOTS] !== 0) {
      const below = words[root + SLOTS] as number;
      const wasLowest = words[root + SHIFT] === 0;
      words[root + SLOTS] = 0;
      words[root + COUNT] = 0;
      this.freeNode(root);
      words[this.head] = wasLowest ? below : -below;
      if (wasLowest) return;
      words[below + PARENT] = 0;
      root = below;
    }
  }

  /** The node's slots are empty, so its three header words are all there is to clear. */
  private freeNode(node: number): void {
    this.words[node + SHIFT] = 0;
    this.words[node + OFFSET] = 0;
    this.arena.free(node);
  }
}
