import { BARRIER_WORDS } from '../../src/sync/barrier.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';
import { StopWord } from '../../src/sync/stop.js';
import { Crew } from '../support/crew.js';
import type { MeetingTask } from '../support/meeting.worker.js';

const WORKER = new URL('../support/meeting.worker.js', import.meta.url);

/** Threads that meet over fresh memory, and the words they meet at. */
export class MeetingPlace {
  readonly memory: SharedMemory;
  readonly words: Int32Array;
  readonly stop: StopWord;
  readonly at: number;
  readonly progressAt: number;
  readonly violationsAt: number;
  private readonly stopAt: number;
  private readonly parties: number;

  constructor(parties: number) {
    const layout = new Layout();
    this.stopAt = layout.reserve(1);
    this.at = layout.reserve(BARRIER_WORDS);
    this.progressAt = layout.reserve(parties);
    this.violationsAt = layout.reserve(2);
    this.parties = parties;
    this.memory = allocateMemory(layout.totalBytes);
    this.words = this.memory.words;
    this.stop = new StopWord(this.words, this.stopAt);
  }

  /** Starts so many threads, numbered from `first`. */
  start(
    verb: MeetingTask['verb'],
    threads: number,
    {
      rounds = 0,
      sleepNs = 0,
      first = 0,
    }: { rounds?: number; sleepNs?: number; first?: number } = {},
  ): Crew {
    const { at, stopAt, progressAt, violationsAt, parties } = this;
    const common = { verb, buffer: this.memory.words.buffer, at, stopAt, progressAt, violationsAt };
    const tasks = Array.from(
      { length: threads },
      (_, i): MeetingTask => ({ ...common, self: first + i, parties, rounds, sleepNs }),
    );
    return new Crew(WORKER, tasks);
  }

  progress(): number[] {
    return Array.from({ length: this.parties }, (_, i) =>
      Atomics.load(this.words, this.progressAt + i),
    );
  }

  violations(): number {
    return Atomics.load(this.words, this.violationsAt);
  }

  /** For a watchdog's message. */
  describe(): string {
    const words = Array.from(this.words.subarray(this.at, this.at + BARRIER_WORDS));
    return `threads are stuck at ${this.progress()}, words ${words}`;
  }
}
