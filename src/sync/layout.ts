/**
 * Where things lie in the shared memory. A layout is arithmetic done once, before the memory
 * exists; what it hands out are word indices (32-bit words), which go to the workers with the
 * memory. Word 0 belongs to nobody, so that 0 can stand for "no object" in every link.
 */

export const WORD_BYTES = 4;
export const LINE_BYTES = 64;
export const LINE_WORDS = LINE_BYTES / WORD_BYTES;

export class Layout {
  private nextWord = LINE_WORDS;

  /**
   * Reserves words that start on a cache line of their own, so that no two parts share one.
   * @returns the first word
   */
  reserve(words: number): number {
    const at = this.nextWord;
    this.nextWord += Math.ceil(words / LINE_WORDS) * LINE_WORDS;
    return at;
  }

  /** Reserves 64-bit cells; their index in `SharedMemory.doubles` is half the word index. */
  reserveDoubles(cells: number): number {
    return this.reserve(cells * 2) / 2;
  }

  get totalBytes(): number {
    return this.nextWord * WORD_BYTES;
  }
}
