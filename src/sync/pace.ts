import type { StopWord } from './stop.js';

/**
 * Lets rounds begin one at a time: what a comparison paces its strategies with, so that only one
 * of them runs at a time. The word counts the rounds, warm-up included, that may begin.
 */
const ALL = 0x7fff_ffff;

export class Pace {
  readonly words: Int32Array;
  readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  /**
   * A VM's side: waits until its next round may begin, or the run is to end.
   * @param round from 1, warm-up included
   */
  await(round: number, stop: StopWord): void {
    let allowed = Atomics.load(this.words, this.at);
    while (allowed < round && !stop.isSet()) {
      Atomics.wait(this.words, this.at, allowed);
      allowed = Atomics.load(this.words, this.at);
    }
  }

  /** Lets one more round begin. */
  release(): void {
    Atomics.add(this.words, this.at, 1);
    Atomics.notify(this.words, this.at);
  }

  /** Lets every round begin when its VMs come to it; also the end of a run. */
  releaseAll(): void {
    Atomics.store(this.words, this.at, ALL);
    Atomics.notify(this.words, this.at);
  }
}
