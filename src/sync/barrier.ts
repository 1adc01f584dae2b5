import type { StopWord } from './stop.js';

/**
 * A barrier for a fixed number of threads: nobody passes before all have come, round after
 * round. The last to come opens the next generation and wakes the others.
 *
 * | word | meaning |
 * | --- | --- |
 * | 0 | how many have come in this generation |
 * | 1 | the generation |
 */
export const BARRIER_WORDS = 2;

export class Barrier {
  readonly words: Int32Array;
  readonly at: number;
  readonly parties: number;

  constructor(words: Int32Array, at: number, parties: number) {
    this.words = words;
    this.at = at;
    this.parties = parties;
  }

  /** Waits for the others; returns early, with the barrier of no further use, once stop is set. */
  arrive(stop: StopWord): void {
    const generation = Atomics.load(this.words, this.at + 1);
    if (Atomics.add(this.words, this.at, 1) + 1 === this.parties) {
      Atomics.store(this.words, this.at, 0);
      this.open();
      return;
    }
    while (Atomics.load(this.words, this.at + 1) === generation && !stop.isSet()) {
      Atomics.wait(this.words, this.at + 1, generation);
    }
  }

  /** Lets everybody through: the end of a generation, or of the run (after the stop word is set). */
  open(): void {
    Atomics.add(this.words, this.at + 1, 1);
    Atomics.notify(this.words, this.at + 1);
  }
}
