import { type Layout, LINE_WORDS } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import type { StopWord } from '../sync/stop.js';

/**
 * A domain of sleepable read-copy-update: readers mark their sections and never wait;
 * `synchronize` returns once every section that had begun when it was called has ended.
 * Source: kernel/rcu/srcutree.c (P. McKenney, L. Jiangshan, M. Desnoyers), without its tree.
 *
 * | word | meaning |
 * | --- | --- |
 * | `INDEX` | the pair of counters that sections take which begin now: 0 or 1 (`srcu_idx`) |
 * | `SEQUENCE` | 2 for each grace period that has ended, 1 while one is under way (`srcu_gp_seq`) |
 * | `SLEEPERS` | how many sleep until a grace period that somebody else leads has ended |
 * | `AWAITED` | the index whose readers the leader sleeps for, plus 1; or 0 |
 *
 * Then a line for each reader, which nobody else writes: how many sections of each index it has
 * begun, and how many it has ended (the kernel keeps these for each CPU). They only ever grow, so
 * the sum of the ends, taken before the sum of the beginnings, can equal it only if no section of
 * the index was under way at the moment between the two: every end that was counted was of a
 * section begun before, and every section begun by then is counted. The other way round a section
 * that came and went in between would stand for one that is still there.
 *
 * A grace period looks at both indexes, one after the other, and flips in between, as the kernel's
 * does. Once is not enough, sequential consistency or not: between reading the index and counting
 * itself a reader may sleep through a whole grace period, and then it is in a section of the index
 * that is not the current one. The flip is for the waiting alone: without it new sections would
 * keep the sum from ever being equal. (`test/vm/` shows what each omission lets through.)
 *
 * Whoever wants a grace period leads the next one, or sleeps while another does. One that is under
 * way may have begun too early, so its end will not do; those who come while it lasts share the
 * next (`rcu_seq_snap()`).
 */
const INDEX = 0;
const SEQUENCE = 1;
const SLEEPERS = 2;
const AWAITED = 3;
/** In a reader's line: sections begun of each index, then sections ended. */
const ENDS = 2;

const LINE = LINE_WORDS;

export interface SrcuLayout {
  readonly at: number;
  /** Threads that begin sections, numbered from 0. */
  readonly readers: number;
}

export function reserveSrcu(layout: Layout, readers: number): SrcuLayout {
  return { at: layout.reserve(LINE_WORDS * (1 + readers)), readers };
}

export class Srcu {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly readers: number;
  private readonly ownAt: number;
  private readonly leastNs: number;
  private readonly stop: StopWord;

  /**
   * @param reader whose sections are begun here; any, where none are
   * @param leastNs a grace period takes this long at least: the kernel's delays and work queues
   */
  constructor(
    memory: SharedMemory,
    layout: SrcuLayout,
    reader: number,
    leastNs: number,
    stop: StopWord,
  ) {
    this.words = memory.words;
    this.at = layout.at;
    this.readers = layout.readers;
    this.ownAt = layout.at + LINE * (1 + reader);
    this.leastNs = leastNs;
    this.stop = stop;
  }

  /** A section begins. @returns what `readUnlock` takes */
  readLock(): number {
    const index = Atomics.load(this.words, this.at + INDEX);
    Atomics.add(this.words, this.ownAt + index, 1);
    return index;
  }

  readUnlock(index: number): void {
    Atomics.add(this.words, this.ownAt + ENDS + index, 1);
    if (Atomics.load(this.words, this.at + AWAITED) === index + 1) this.wakeLeader(index + 1);
  }

  /**
   * Waits until all sections that have begun have ended. Not inside one of this domain.
   * @returns whether there was no other grace period to wait for first: then it is expedited
   */
  synchronize(): boolean {
    const sequenceAt = this.at + SEQUENCE;
    let sequence = Atomics.load(this.words, sequenceAt);
    // The end of the first grace period that begins from now on.
    const wanted = (sequence + 3) & ~1;
    const wasIdle = (sequence & 1) === 0;
    // Sequences wrap around.
    while (((wanted - sequence) | 0) > 0) {
      if ((sequence & 1) === 1) this.awaitEnd(sequence);
      else if (Atomics.compareExchange(this.words, sequenceAt, sequence, sequence + 1) === sequence)
        this.lead();
      sequence = Atomics.load(this.words, sequenceAt);
    }
    return wasIdle;
  }

  private awaitEnd(sequence: number): void {
    Atomics.add(this.words, this.at + SLEEPERS, 1);
    Atomics.wait(this.words, this.at + SEQUENCE, sequence);
    Atomics.sub(this.words, this.at + SLEEPERS, 1);
  }

  /** The grace period itself, which nobody else leads. */
  private lead(): void {
    const index = Atomics.load(this.words, this.at + INDEX);
    this.awaitReaders(1 - index);
    Atomics.store(this.words, this.at + INDEX, 1 - index);
    if (this.leastNs > 0) this.stop.sleep(this.leastNs);
    this.awaitReaders(index);
    Atomics.add(this.words, this.at + SEQUENCE, 1);
    if (Atomics.load(this.words, this.at + SLEEPERS) > 0)
      Atomics.notify(this.words, this.at + SEQUENCE);
  }

  private awaitReaders(index: number): void {
    const awaitedAt = this.at + AWAITED;
    while (!this.isQuiet(index)) {
      Atomics.store(this.words, awaitedAt, index + 1);
      // Whoever left before it could see that it is awaited has been counted by now.
      if (!this.isQuiet(index)) Atomics.wait(this.words, awaitedAt, index + 1);
      Atomics.store(this.words, awaitedAt, 0);
    }
  }

  /** Whether at some moment from now on no section of the index was under way. */
  private isQuiet(index: number): boolean {
    const ends = this.sum(ENDS + index);
    return this.sum(index) === ends;
  }

  private sum(counter: number): number {
    let sum = 0;
    for (let reader = 1; reader <= this.readers; reader++) {
      sum = (sum + Atomics.load(this.words, this.at + LINE * reader + counter)) | 0;
    }
    return sum;
  }

  private wakeLeader(awaited: number): void {
    const awaitedAt = this.at + AWAITED;
    if (Atomics.compareExchange(this.words, awaitedAt, awaited, 0) === awaited)
      Atomics.notify(this.words, awaitedAt);
  }
}
