import type { Digest } from './digest.js';

/**
 * Data races: two accesses of a word by two threads, one of them a write and one of them plain,
 * that nothing orders. What orders is JavaScript's memory model (ECMA-262, Memory Model): an
 * atomic read that sees an atomic write, and the waiter list's critical section that `wait` and
 * `notify` pass through. An atomic store after another's load orders nothing.
 *
 * Vector clocks: D. Pozniansky, A. Schuster, "Efficient On-the-Fly Data Race Detection in
 * Multithreaded C++ Programs" (PPoPP 2003), with atomics as accesses of a kind of their own.
 */

const KINDS = 4;
const PLAIN_READ = 0;
const PLAIN_WRITE = 1;
const ATOMIC_READ = 2;
const ATOMIC_WRITE = 3;

/** What an access of each kind conflicts with. */
const CONFLICTS: readonly (readonly number[])[] = [
  [PLAIN_WRITE, ATOMIC_WRITE],
  [PLAIN_READ, PLAIN_WRITE, ATOMIC_READ, ATOMIC_WRITE],
  [PLAIN_WRITE],
  [PLAIN_READ, PLAIN_WRITE],
];

export interface Race {
  readonly word: number;
  readonly other: number;
  readonly otherSite: number;
  readonly otherWrote: boolean;
}

export class Races {
  private readonly threads: number;
  /** A clock for each thread. */
  private readonly clocks: Int32Array;
  /** What an atomic read of a word takes over, and what its waiter list hands on. */
  private readonly released: Int32Array;
  private readonly waiters: Int32Array;
  /** When each thread last accessed a word, by kind; and from where. */
  private readonly accesses: Int32Array;
  private readonly sites: Int32Array;
  /** Words that were ever accessed, in the order in which they first were. */
  readonly accessed: number[] = [];
  private readonly isAccessed: Uint8Array;
  private readonly touched: number[] = [];
  private readonly isTouched: Uint8Array;

  /** Which threads ever accessed a word, and which did so plainly: over all schedules. */
  private readonly accessedBy: Uint32Array;
  private readonly isPlain: Uint8Array;
  /** Words that several threads access and some plainly, whose order is part of a state. */
  private watched = 0;
  private readonly isWatched: Uint8Array;
  private readonly epochs: number[][];
  /** By thread: where in `accesses` it ever left anything of a watched word. */
  private readonly slots: number[][];
  private readonly isSlot: Uint8Array;
  /** Words through which anything was ever ordered. */
  private readonly ordering: number[] = [];
  private readonly isOrdering: Uint8Array;

  constructor(threads: number, words: number) {
    this.threads = threads;
    this.clocks = new Int32Array(threads * threads);
    this.released = new Int32Array(words * threads);
    this.waiters = new Int32Array(words * threads);
    this.accesses = new Int32Array(words * threads * KINDS);
    this.sites = new Int32Array(words * threads * KINDS);
    this.isAccessed = new Uint8Array(words);
    this.isTouched = new Uint8Array(words);
    this.accessedBy = new Uint32Array(words);
    this.isPlain = new Uint8Array(words);
    this.isWatched = new Uint8Array(words);
    this.epochs = Array.from({ length: threads }, () => []);
    this.slots = Array.from({ length: threads }, () => []);
    this.isSlot = new Uint8Array(words * threads * KINDS);
    this.isOrdering = new Uint8Array(words);
  }

  /** How many words are watched: grows while a program is explored, and never shrinks. */
  get watchedCount(): number {
    return this.watched;
  }

  restart(): void {
    const { threads } = this;
    for (const word of this.ordering) {
      this.released.fill(0, word * threads, (word + 1) * threads);
      this.waiters.fill(0, word * threads, (word + 1) * threads);
    }
    for (const word of this.touched) {
      this.accesses.fill(0, word * threads * KINDS, (word + 1) * threads * KINDS);
      this.isTouched[word] = 0;
    }
    this.touched.length = 0;
    this.clocks.fill(0);
    for (let thread = 0; thread < threads; thread++) this.clocks[thread * threads + thread] = 1;
  }

  /** @returns the access that it races with */
  plainRead(thread: number, word: number, site: number): Race | null {
    return this.access(thread, word, PLAIN_READ, site);
  }

  plainWrite(thread: number, word: number, site: number): Race | null {
    const race = this.access(thread, word, PLAIN_WRITE, site);
    // Whoever reads this atomically synchronises with nobody.
    if (this.isOrdering[word] === 1)
      this.released.fill(0, word * this.threads, (word + 1) * this.threads);
    return race;
  }

  atomicRead(thread: number, word: number, site: number): Race | null {
    const race = this.access(thread, word, ATOMIC_READ, site);
    this.acquire(thread, this.released, word);
    return race;
  }

  atomicWrite(thread: number, word: number, site: number): Race | null {
    const race = this.access(thread, word, ATOMIC_WRITE, site);
    this.orders(word);
    const from = thread * this.threads;
    for (let i = 0; i < this.threads; i++)
      this.released[word * this.threads + i] = this.clocks[from + i] as number;
    this.tick(thread);
    return race;
  }

  /** A thread passes the critical section of a word's waiter list. */
  passWaiters(thread: number, word: number): void {
    this.touch(word);
    this.orders(word);
    this.acquire(thread, this.waiters, word);
    const from = thread * this.threads;
    for (let i = 0; i < this.threads; i++)
      this.waiters[word * this.threads + i] = this.clocks[from + i] as number;
    this.tick(thread);
  }

  private orders(word: number): void {
    if (this.isOrdering[word] === 1) return;
    this.isOrdering[word] = 1;
    this.ordering.push(word);
  }

  private tick(thread: number): void {
    const own = thread * this.threads + thread;
    this.clocks[own] = (this.clocks[own] as number) + 1;
  }

  private acquire(thread: number, from: Int32Array, word: number): void {
    const { clocks, threads } = this;
    for (let i = 0; i < threads; i++) {
      const value = from[word * threads + i] as number;
      if (value > (clocks[thread * threads + i] as number)) clocks[thread * threads + i] = value;
    }
  }

  private touch(word: number): void {
    if (this.isTouched[word] === 1) return;
    this.isTouched[word] = 1;
    this.touched.push(word);
    this.note(word);
  }

  /** A word is accessed, if together with another. */
  note(word: number): void {
    if (this.isAccessed[word] === 1) return;
    this.isAccessed[word] = 1;
    this.accessed.push(word);
  }

  private access(thread: number, word: number, kind: number, site: number): Race | null {
    const { threads } = this;
    this.touch(word);
    // What nobody shares, or nobody accesses plainly, cannot be raced for. Where that turns out to
    // be wrong, the word is watched from then on, and an explorer begins anew.
    if (this.isWatched[word] === 0 && !this.noteSharing(thread, word, kind)) return null;
    const first = word * threads * KINDS;
    let race: Race | null = null;
    for (let other = 0; other < threads; other++) {
      if (other === thread) continue;
      const known = this.clocks[thread * threads + other] as number;
      for (const rival of CONFLICTS[kind] as readonly number[]) {
        const at = first + other * KINDS + rival;
        if ((this.accesses[at] as number) <= known) continue;
        const otherWrote = rival === PLAIN_WRITE || rival === ATOMIC_WRITE;
        race ??= { word, other, otherSite: this.sites[at] as number, otherWrote };
      }
    }
    // Whatever comes after this in order comes after what came before it; and what does not, races
    // with this already.
    if (kind === PLAIN_WRITE && race === null)
      this.accesses.fill(0, first, first + threads * KINDS);
    const own = first + thread * KINDS + kind;
    this.accesses[own] = this.clocks[thread * threads + thread] as number;
    if (this.isSlot[own] === 0) {
      this.isSlot[own] = 1;
      this.slots[thread]?.push(own);
    }
    this.sites[own] = site;
    return race;
  }

  /** @returns whether the word is to be watched */
  private noteSharing(thread: number, word: number, kind: number): boolean {
    const by = (this.accessedBy[word] as number) | (1 << thread);
    this.accessedBy[word] = by;
    if (kind <= PLAIN_WRITE) this.isPlain[word] = 1;
    if (this.isPlain[word] === 0 || (by & (by - 1)) === 0) return false;
    this.isWatched[word] = 1;
    this.watched++;
    return true;
  }

  /**
   * Adds what can tell future races apart: of every clock there is, which of the watched words'
   * last accesses it knows of. Clocks count more than that, so their ranks among the accesses
   * are taken, not their values.
   */
  addTo(digest: Digest): void {
    if (this.watched === 0) return;
    for (let of = 0; of < this.threads; of++) {
      const epochs = this.noteEpochs(of);
      // Of a slot that is new, all states before had a 0, which adds nothing.
      for (const slot of this.slots[of] as number[]) {
        const epoch = this.accesses[slot] as number;
        if (epoch === 0) continue;
        digest.add(slot);
        digest.add(rankOf(epoch, epochs));
      }
      for (let thread = 0; thread < this.threads; thread++)
        digest.add(rankOf(this.clocks[thread * this.threads + of] as number, epochs));
    }
    // Sums: in which order the words were touched first is no part of the state.
    let released = 0;
    let waiters = 0;
    for (const word of this.ordering) {
      released = (released + this.clockHash(this.released, word)) | 0;
      waiters = (waiters + this.clockHash(this.waiters, word)) | 0;
    }
    digest.add(released);
    digest.add(waiters);
  }

  /** @returns 0 for a clock that knows of nothing that matters */
  private clockHash(clocks: Int32Array, word: number): number {
    let hash = 0;
    for (let of = 0; of < this.threads; of++) {
      const value = clocks[word * this.threads + of] as number;
      if (value === 0) continue;
      const rank = rankOf(value, this.epochs[of] as number[]);
      if (rank > 0)
        hash = Math.imul(hash ^ (word * 8 + of) ^ (rank << 20), 0x85ebca6b) ^ (hash >>> 13);
    }
    return Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  }

  /** When a thread last accessed each watched word, without repetition, ascending. */
  private noteEpochs(of: number): readonly number[] {
    const epochs = this.epochs[of] as number[];
    epochs.length = 0;
    for (const slot of this.slots[of] as number[]) {
      const epoch = this.accesses[slot] as number;
      if (epoch > 0 && !epochs.includes(epoch)) epochs.push(epoch);
    }
    return epochs.sort((a, b) => a - b);
  }
}

/** How many of the epochs a clock knows of. */
function rankOf(clock: number, epochs: readonly number[]): number {
  let rank = 0;
  while (rank < epochs.length && (epochs[rank] as number) <= clock) rank++;
  return rank;
}
