import type { StopWord } from './stop.js';

/**
 * The start of a run: the workers say that they are ready and wait; the main thread, which must
 * not block, looks now and then, and opens the gate when all are there.
 *
 * | word | meaning |
 * | --- | --- |
 * | 0 | how many are ready |
 * | 1 | 1 once the gate is open |
 */
export const GATE_WORDS = 2;

export class Gate {
  readonly words: Int32Array;
  readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  /** A worker's side: reports and waits until the gate is open or the run is to end. */
  enter(stop: StopWord): void {
    Atomics.add(this.words, this.at, 1);
    while (Atomics.load(this.words, this.at + 1) === 0 && !stop.isSet()) {
      Atomics.wait(this.words, this.at + 1, 0);
    }
  }

  readyCount(): number {
    return Atomics.load(this.words, this.at);
  }

  open(): void {
    Atomics.store(this.words, this.at + 1, 1);
    Atomics.notify(this.words, this.at + 1);
  }
}
