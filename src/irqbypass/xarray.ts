import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { EBUSY, ENOMEM } from './errno.js';
import { NODE_PARENT, type NodeArena } from './node-arena.js';

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
export const NODE_SHIFT = 0;
export const NODE_OFFSET = 1;
export const NODE_COUNT = 2;
export const SLOTS_AT = 10;
export const SLOT_WORDS = 2;
export const SLOTS_PER_NODE = 64;
export const BITS_PER_LEVEL = 6;
/** The root's shift in a tree of 64-bit indices at full height: 11 levels. */
export const MAX_SHIFT = 60;

/** The six bits of the index that choose a slot in a node with this shift. */
function digit(hi: number, lo: number, shift: number): number {
  if (shift >= 32) return (hi >>> (shift - 32)) & 63;
  if (shift === 30) return ((hi << 2) | (lo >>> 30)) & 63;
  return (lo >>> shift) & 63;
}

/** The shift of the lowest root that covers the index. */
function shiftFor(hi: number, lo: number): number {
  const bits = hi !== 0 ? 64 - Math.clz32(hi) : 32 - Math.clz32(lo);
  return bits === 0 ? 0 : Math.floor((bits - 1) / BITS_PER_LEVEL) * BITS_PER_LEVEL;
}

export class XArray {
  private readonly words: Int32Array;
  private readonly head: number;
  private readonly arena: NodeArena;
  private readonly counters: Counters;

  constructor(memory: SharedMemory, head: number, arena: NodeArena, counters: Counters) {
    this.words = memory.words;
    this.head = head;
    this.arena = arena;
    this.counters = counters;
  }

  /** `xa_load()`. @returns the entry, or 0 */
  load(hi: number, lo: number): number {
    const root = this.words[this.head] as number;
    if (root >= 0) return (hi | lo) === 0 ? root : 0;
    const leaf = this.findLeaf(-root, hi, lo);
    return leaf === 0 ? 0 : (this.words[leaf + SLOTS_AT + SLOT_WORDS * (lo & 63)] as number);
  }

  /**
   * `xa_insert()`.
   * @param entry an address, not 0
   * @returns 0, -EBUSY where the index is taken, or -ENOMEM with nothing changed
   */
  insert(hi: number, lo: number, entry: number): number {
    const words = this.words;
    const root = words[this.head] as number;
    if (root >= 0 && (hi | lo) === 0) {
      if (root !== 0) return -EBUSY;
      words[this.head] = entry;
      return 0;
    }
    const needed = shiftFor(hi, lo);
    const height = root < 0 ? (words[-root + NODE_SHIFT] as number) : -BITS_PER_LEVEL;
    if (root === 0) {
      // An empty tree gets its root here and the path below it in the descent.
      if (!this.arena.has(needed / BITS_PER_LEVEL + 1)) return -ENOMEM;
      words[this.head] = -this.newNode(needed);
    } else if (needed > height) {
      const levels = (needed - height) / BITS_PER_LEVEL;
      if (!this.arena.has(levels + needed / BITS_PER_LEVEL)) return -ENOMEM;
      this.grow(height, needed);
    }
    return this.insertBelow(-(words[this.head] as number), hi, lo, entry);
  }

  /** `xa_erase()`. @returns the entry that was there, or 0 */
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
    const slot = leaf + SLOTS_AT + SLOT_WORDS * (lo & 63);
    const entry = words[slot] as number;
    if (entry === 0) return 0;
    words[slot] = 0;
    words[leaf + NODE_COUNT] = (words[leaf + NODE_COUNT] as number) - 1;
    this.freeEmpty(leaf);
    return entry;
  }

  /** @returns the lowest-level node on the index's path, or 0 where the path ends above it */
  private findLeaf(root: number, hi: number, lo: number): number {
    const words = this.words;
    let shift = words[root + NODE_SHIFT] as number;
    if (shiftFor(hi, lo) > shift) return 0;
    const levels = shift / BITS_PER_LEVEL + 1;
    let node = root;
    while (shift > 0 && node !== 0) {
      node = words[node + SLOTS_AT + SLOT_WORDS * digit(hi, lo, shift)] as number;
      shift -= BITS_PER_LEVEL;
    }
    // A way that ended early stopped before the node with this shift.
    const missing = node === 0 ? shift / BITS_PER_LEVEL + 1 : 0;
    this.counters.add(COUNTER.nodesVisited, levels - missing);
    return node;
  }

  /** `xas_create()` and `xas_store()`: the root covers the index. */
  private insertBelow(root: number, hi: number, lo: number, entry: number): number {
    const words = this.words;
    let node = root;
    let shift = words[root + NODE_SHIFT] as number;
    this.counters.add(COUNTER.nodesVisited, shift / BITS_PER_LEVEL + 1);
    while (shift > 0) {
      const offset = digit(hi, lo, shift);
      const slot = node + SLOTS_AT + SLOT_WORDS * offset;
      let child = words[slot] as number;
      if (child === 0) {
        // Asked for once, at the first gap: below it everything is missing.
        if (!this.arena.has(shift / BITS_PER_LEVEL)) return -ENOMEM;
        child = this.newNode(shift - BITS_PER_LEVEL);
        words[child + NODE_PARENT] = node;
        words[child + NODE_OFFSET] = offset;
        words[node + NODE_COUNT] = (words[node + NODE_COUNT] as number) + 1;
        words[slot] = child;
      }
      node = child;
      shift -= BITS_PER_LEVEL;
    }
    const slot = node + SLOTS_AT + SLOT_WORDS * (lo & 63);
    if (words[slot] !== 0) return -EBUSY;
    words[slot] = entry;
    words[node + NODE_COUNT] = (words[node + NODE_COUNT] as number) + 1;
    return 0;
  }

  private newNode(shift: number): number {
    const node = this.arena.alloc();
    this.words[node + NODE_SHIFT] = shift;
    return node;
  }

  /** `xas_expand()`: puts new roots above the old one, which moves to slot 0. */
  private grow(height: number, needed: number): void {
    const words = this.words;
    let below = words[this.head] as number;
    for (let shift = height + BITS_PER_LEVEL; shift <= needed; shift += BITS_PER_LEVEL) {
      const node = this.newNode(shift);
      words[node + NODE_COUNT] = 1;
      if (below < 0) {
        words[-below + NODE_PARENT] = node;
        words[-below + NODE_OFFSET] = 0;
        words[node + SLOTS_AT] = -below;
      } else {
        words[node + SLOTS_AT] = below;
      }
      below = -node;
    }
    words[this.head] = below;
  }

  /** `xas_delete_node()`: gives back the node and its ancestors as far as they are empty. */
  private freeEmpty(leaf: number): void {
    const words = this.words;
    let node = leaf;
    while (words[node + NODE_COUNT] === 0) {
      const parent = words[node + NODE_PARENT] as number;
      const offset = words[node + NODE_OFFSET] as number;
      this.freeNode(node);
      if (parent === 0) {
        words[this.head] = 0;
        return;
      }
      words[parent + SLOTS_AT + SLOT_WORDS * offset] = 0;
      words[parent + NODE_COUNT] = (words[parent + NODE_COUNT] as number) - 1;
      node = parent;
    }
    if (words[node + NODE_PARENT] === 0) this.shrink(node);
  }

  /** `xas_shrink()`: a root with nothing but slot 0 makes way for what is in it. */
  private shrink(top: number): void {
    const words = this.words;
    let root = top;
    while (words[root + NODE_COUNT] === 1 && words[root + SLOTS_AT] !== 0) {
      const below = words[root + SLOTS_AT] as number;
      const wasLowest = words[root + NODE_SHIFT] === 0;
      words[root + SLOTS_AT] = 0;
      words[root + NODE_COUNT] = 0;
      this.freeNode(root);
      words[this.head] = wasLowest ? below : -below;
      if (wasLowest) return;
      words[below + NODE_PARENT] = 0;
      root = below;
    }
  }

  /** The node's slots are empty, so its three header words are all there is to clear. */
  private freeNode(node: number): void {
    this.words[node + NODE_SHIFT] = 0;
    this.words[node + NODE_OFFSET] = 0;
    this.arena.free(node);
  }
}

/** The most nodes that `entries` tokens, `tokenBytes` apart, can need in one tree. */
export function nodesFor(entries: number, tokens: number, tokenBytes: number): number {
  let nodes = 0;
  for (let level = 1; level <= MAX_SHIFT / BITS_PER_LEVEL + 1; level++) {
    const spans = Math.ceil((tokens * tokenBytes) / SLOTS_PER_NODE ** level);
    nodes += Math.min(entries, Math.max(1, spans));
  }
  return nodes;
}
