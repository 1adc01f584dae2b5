import type { Layout } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import { permutation } from '../sync/random.js';

/**
 * Where xarray nodes and token entries come from and go back to: a slab in the shared memory, of
 * places of one size. Freed places are reused last in, first out; places never used follow after
 * them. A free place is all zeros but for its free-list link, so an allocation has nothing to
 * clear, as with the kernel's constructors.
 *
 * The lock of the table that owns the arena must be held.
 */

/** The link of a free place: the word of a node's parent, and of half an entry's token. */
const LINK = 3;
const FREE_HEAD = 0;
const EVER_USED = 1;
const LIVE = 2;
/** The header's last word is the owner word of the arena's lock, whose sections write this line. */
const OWNER = 3;
const HEADER_WORDS = 4;

export interface ArenaLayout {
  readonly at: number;
  readonly placesAt: number;
  readonly strideWords: number;
  readonly capacity: number;
}

export function reserveArena(layout: Layout, capacity: number, strideWords: number): ArenaLayout {
  const at = layout.reserve(HEADER_WORDS);
  return { at, placesAt: layout.reserve(capacity * strideWords), strideWords, capacity };
}

/**
 * Makes the places be given out in a seeded random order, as those of a slab in use are. Once,
 * before anybody takes one.
 */
export function shuffleArena(words: Int32Array, arena: ArenaLayout, seed: number): void {
  let next = 0;
  for (const place of permutation(arena.capacity, seed, arena.at)) {
    const at = arena.placesAt + place * arena.strideWords;
    words[at + LINK] = next;
    next = at;
  }
  words[arena.at + FREE_HEAD] = next;
  words[arena.at + EVER_USED] = arena.capacity;
}

/** Where the lock that protects an arena has its owner word (see `Guard`). */
export function ownerWordOf(arena: ArenaLayout): number {
  return arena.at + OWNER;
}

export class Arena {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly placesAt: number;
  private readonly strideWords: number;
  readonly capacity: number;

  constructor(memory: SharedMemory, layout: ArenaLayout) {
    this.words = memory.words;
    this.at = layout.at;
    this.placesAt = layout.placesAt;
    this.strideWords = layout.strideWords;
    this.capacity = layout.capacity;
  }

  live(): number {
    return this.words[this.at + LIVE] as number;
  }

  /** Whether so many places can be had. */
  has(places: number): boolean {
    return this.live() + places <= this.capacity;
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
    return this.placesAt + used * this.strideWords;
  }

  /** @param place all its words are zero again, but for the link */
  free(place: number): void {
    this.words[place + LINK] = this.words[this.at + FREE_HEAD] as number;
    this.words[this.at + FREE_HEAD] = place;
    this.words[this.at + LIVE] = this.live() - 1;
  }
}
