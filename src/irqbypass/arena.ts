import type { Layout } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import { NODE } from './xarray-node.js';

/**
 * Where xarray nodes come from and go back to: a slab in the shared memory. A node takes 576
 * bytes, as the kernel's `struct xa_node` does. Freed nodes are reused last in, first out; places
 * never used follow after them. A free node is all zeros but for its free-list link, so an
 * allocation has nothing to clear, as with the kernel's constructor.
 *
 * The lock of the manager that owns the arena must be held.
 */

const { WORDS, PARENT: LINK } = NODE;
const FREE_HEAD = 0;
const EVER_USED = 1;
const LIVE = 2;
const HEADER_WORDS = 3;

export interface ArenaLayout {
  readonly at: number;
  readonly nodesAt: number;
  readonly capacity: number;
}

export function reserveArena(layout: Layout, capacity: number): ArenaLayout {
  const at = layout.reserve(HEADER_WORDS);
  return { at, nodesAt: layout.reserve(capacity * WORDS), capacity };
}

export class NodeArena {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly nodesAt: number;
  readonly capacity: number;

  constructor(memory: SharedMemory, layout: ArenaLayout) {
    this.words = memory.words;
    this.at = layout.at;
    this.nodesAt = layout.nodesAt;
    this.capacity = layout.capacity;
  }

  live(): number {
    return this.words[this.at + LIVE] as number;
  }

  /** Whether so many nodes can be had. */
  has(nodes: number): boolean {
    return this.live() + nodes <= this.capacity;
  }

  /** There must be one: see `has`. */
  alloc(): number {
    const words = this.words;
    words[this.at + LIVE] = this.live() + 1;
    const freed = words[this.at + FREE_HEAD] as number;
    if (freed !== 0) {
      words[this.at + FREE_HEAD] = words[freed + LINK] as number;
      words[freed + LINK] = 0;
      return freed;
    }
    const used = words[this.at + EVER_USED] as number;
    words[this.at + EVER_USED] = used + 1;
    return this.nodesAt + used * WORDS;
  }

  /** @param node all its words are zero again, but for the parent */
  free(node: number): void {
    this.words[node + LINK] = this.words[this.at + FREE_HEAD] as number;
    this.words[this.at + FREE_HEAD] = node;
    this.words[this.at + LIVE] = this.live() - 1;
  }
}
