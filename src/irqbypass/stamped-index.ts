import type { SharedMemory } from '../sync/memory.js';
import type { LinkedIndex } from './list-index.js';
import { FIELD } from './objects.js';

const { STAMP } = FIELD;

/** The counts, from the first word on. */
const GENERATION = 0;
const REMOVALS = 1;

/**
 * An index that tells what came and went since one looked. Every entry that is added starts a new
 * generation and is stamped with it; as it goes to the head of its list, a walk that ends at the
 * first stamp of an older generation has seen all that came since. Removals are only counted:
 * where there was none, what was found is still there.
 *
 * The counts wrap, and are compared by their difference. Whoever looks twice does so within far
 * less than 2^31 additions, and an entry that old costs a longer walk, not a wrong one.
 *
 * The lock must be held: shared where nothing is added or removed.
 */
export class StampedIndex implements LinkedIndex {
  private readonly words: Int32Array;
  private readonly inner: LinkedIndex;
  private readonly at: number;

  /** @param at the two counts' words */
  constructor(memory: SharedMemory, inner: LinkedIndex, at: number) {
    this.words = memory.words;
    this.inner = inner;
    this.at = at;
  }

  /** What `findNewer` can be asked about later. */
  generation(): number {
    return this.words[this.at + GENERATION] as number;
  }

  removals(): number {
    return this.words[this.at + REMOVALS] as number;
  }

  find(hi: number, lo: number, self: number): number {
    return this.inner.find(hi, lo, self);
  }

  findNewer(hi: number, lo: number, self: number, generation: number): number {
    return this.inner.findNewer(hi, lo, self, generation);
  }

  contains(object: number): boolean {
    return this.inner.contains(object);
  }

  add(object: number): void {
    const generation = (this.generation() + 1) | 0;
    this.words[this.at + GENERATION] = generation;
    this.words[object + STAMP] = generation;
    this.inner.add(object);
  }

  remove(object: number): void {
    this.words[this.at + REMOVALS] = (this.removals() + 1) | 0;
    this.inner.remove(object);
  }
}
