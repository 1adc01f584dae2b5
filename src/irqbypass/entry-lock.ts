import { acquireMutex, releaseMutex } from '../locks/mutex.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { ENTRY } from './entry.js';

const { LOCK, OWNER } = ENTRY;
const ACQUISITIONS = COUNTER.acquisitions;
const WAITS_FOR = COUNTER.waitsFor;

/**
 * The locks of the entries: futex mutexes, whatever the tables' locks are, because who waits for
 * one waits for callbacks. Like a table's `Guard` it leaves word of who waits and who had it last.
 */
export class EntryLock {
  private readonly words: Int32Array;
  private readonly self: number;
  private readonly counters: Counters;
  private readonly statistics: Counters;

  /** @param statistics the thread's counters of entry locks, apart from those of the tables' */
  constructor(memory: SharedMemory, self: number, counters: Counters, statistics: Counters) {
    this.words = memory.words;
    this.self = self;
    this.counters = counters;
    this.statistics = statistics;
  }

  enter(entry: number): void {
    this.counters.set(WAITS_FOR, -(entry + OWNER));
    acquireMutex(this.words, entry + LOCK, this.statistics);
    this.counters.set(WAITS_FOR, 0);
    this.words[entry + OWNER] = this.self + 1;
    this.statistics.add(ACQUISITIONS, 1);
  }

  leave(entry: number): void {
    releaseMutex(this.words, entry + LOCK, this.statistics);
  }
}
