/**
 * An index of your own for irqbench: a hash table with open addressing. It works as it stands:
 *
 *     irqbench fork --index ./mine.mjs
 *
 * irqbench imports this file into every thread and makes two of these indexes for each table, one
 * of consumers and one of producers (with --scope token, one of entries), each over words of one
 * shared memory that start as zeros. The table's lock is held whenever a method is called; under
 * --lock rwsem, several threads may be inside `load` at once, so it must not write.
 *
 * An index maps tokens, 64 bits in two signed words, to addresses, which are never 0. A token is
 * never 0 either. All state belongs into the words: objects are made once in each thread, and hold
 * only the array and their offsets. Do not allocate, throw or call anything but Math, Atomics and
 * your own functions in the methods; then irqbench can also step through them.
 *
 * What this one costs: the table is at most half full, so a token that is there is found in 1.5
 * slots on average and one that is not in 2.5 (Knuth, The Art of Computer Programming 6.4), most of
 * the time in one cache line, however many there are. Memory is 32 to 64 bytes for each entry
 * there can be, whether it is there or not, and the table does not grow. Erasing moves what had to
 * give way back, so that no tombstones slow later searches down.
 */

export const name = 'open addressing';

/** Words of shared memory for so many entries at once: this, or a plain number. */
export function words(capacity) {
  return SLOT_WORDS << bitsFor(capacity);
}

/**
 * @param site `memory` (an Int32Array), `at` (the index's first word), `capacity`, and `visits`:
 *   `visits.add(n)` counts n nodes as visited, for the report's "nodes visited"; you need not
 */
export function createIndex(site) {
  return new HashTable(site.memory, site.at, bitsFor(site.capacity), site.visits);
}

/** A slot: both halves of the token, the entry (0: free), and a word to make it 16 bytes. */
const SLOT_WORDS = 4;
const HI = 0;
const LO = 1;
const ENTRY = 2;

const EBUSY = 16;
const ENOMEM = 12;

/** 2^32 divided by the golden ratio: multiplying by it spreads what lies close together. */
const GOLDEN_RATIO = 0x61c88647;

/** The table has 2 to this power slots: the least that is twice the capacity. */
function bitsFor(capacity) {
  return Math.max(3, 33 - Math.clz32(Math.max(1, capacity) - 1));
}

class HashTable {
  constructor(words, at, bits, visits) {
    this.words = words;
    this.at = at;
    this.shift = 32 - bits;
    this.mask = (1 << bits) - 1;
    this.visits = visits;
  }

  /** @returns the entry of the token, or 0 */
  load(hi, lo) {
    const slot = this.find(hi, lo);
    return slot < 0 ? 0 : this.words[slot + ENTRY];
  }

  /** @returns 0, -16 (EBUSY) where the token has an entry, or -12 (ENOMEM) with nothing changed */
  insert(hi, lo, entry) {
    const slot = this.find(hi, lo);
    if (slot < 0) return -ENOMEM;
    if (this.words[slot + ENTRY] !== 0) return -EBUSY;
    this.words[slot + HI] = hi;
    this.words[slot + LO] = lo;
    this.words[slot + ENTRY] = entry;
    return 0;
  }

  /** @returns the entry that was there, or 0 */
  erase(hi, lo) {
    const slot = this.find(hi, lo);
    if (slot < 0 || this.words[slot + ENTRY] === 0) return 0;
    const entry = this.words[slot + ENTRY];
    this.closeGap((slot - this.at) / SLOT_WORDS);
    return entry;
  }

  /** The slot that has the token or could take it, or -1 where every slot is another's. */
  find(hi, lo) {
    const home = this.home(hi, lo);
    let probe = 0;
    while (probe <= this.mask && !this.fits(home + probe, hi, lo)) probe++;
    this.visits.add(Math.min(probe, this.mask) + 1);
    return probe > this.mask ? -1 : this.at + SLOT_WORDS * ((home + probe) & this.mask);
  }

  /** Whether the slot is free, or the token's own. */
  fits(number, hi, lo) {
    const slot = this.at + SLOT_WORDS * (number & this.mask);
    if (this.words[slot + ENTRY] === 0) return true;
    return this.words[slot + LO] === lo && this.words[slot + HI] === hi;
  }

  /** Knuth's algorithm R: moves back whoever stands behind the gap only because it was taken. */
  closeGap(number) {
    const words = this.words;
    let gap = number;
    for (let probe = 1; probe <= this.mask; probe++) {
      const next = (number + probe) & this.mask;
      const from = this.at + SLOT_WORDS * next;
      if (words[from + ENTRY] === 0) break;
      const home = this.home(words[from + HI], words[from + LO]);
      // Would a search that begins at its home still pass the gap on its way here?
      if (((next - home) & this.mask) < ((next - gap) & this.mask)) continue;
      const to = this.at + SLOT_WORDS * gap;
      words[to + HI] = words[from + HI];
      words[to + LO] = words[from + LO];
      words[to + ENTRY] = words[from + ENTRY];
      gap = next;
    }
    words[this.at + SLOT_WORDS * gap + ENTRY] = 0;
  }

  home(hi, lo) {
    return Math.imul(lo ^ Math.imul(hi, GOLDEN_RATIO), GOLDEN_RATIO) >>> this.shift;
  }
}
