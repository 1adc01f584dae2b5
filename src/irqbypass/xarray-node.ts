import { WORD_BYTES } from '../sync/layout.js';

/**
 * An xarray's node in shared memory: words from its address on. It takes 576 bytes, as the
 * kernel's `struct xa_node` does; slots take 8, as pointers do, so that they fill the nine cache
 * lines they fill in the kernel. Slots of the lowest level hold entries, all others nodes.
 */
export const NODE = {
  BYTES: 576,
  WORDS: 576 / WORD_BYTES,
  /** How many bits of the index lie below this node's: 0 at the lowest level. */
  SHIFT: 0,
  /** The slot it is in, in its parent. */
  OFFSET: 1,
  /** Slots in use. */
  COUNT: 2,
  /** Its parent, or 0; while it is free, the next free node. */
  PARENT: 3,
  /** The first slot. */
  SLOTS: 10,
  SLOT_WORDS: 2,
  SLOTS_PER_NODE: 64,
  /** Index bits a level. */
  BITS: 6,
  /** The root's shift in a tree of 64-bit indices at full height: 11 levels. */
  TOP_SHIFT: 60,
} as const;

/** The most nodes that `entries` tokens, `tokenBytes` apart, can need in one tree. */
export function nodesFor(entries: number, tokens: number, tokenBytes: number): number {
  let nodes = 0;
  for (let level = 1; level <= NODE.TOP_SHIFT / NODE.BITS + 1; level++) {
    const spans = Math.ceil((tokens * tokenBytes) / NODE.SLOTS_PER_NODE ** level);
    nodes += Math.min(entries, Math.max(1, spans));
  }
  return nodes;
}
