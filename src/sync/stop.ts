import { nowNs } from './clock.js';

/**
 * The stop word: 0 while the run goes on, 1 once it is to end. Whoever sleeps, sleeps on it, so
 * that an interrupt ends a hold of minutes at once.
 */
export class StopWord {
  readonly words: Int32Array;
  readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  isSet(): boolean {
    return Atomics.load(this.words, this.at) !== 0;
  }

  set(): void {
    Atomics.store(this.words, this.at, 1);
    Atomics.notify(this.words, this.at);
  }

  /** Sleeps for the duration, or until the run is to end. */
  sleep(durationNs: number): void {
    const end = nowNs() + durationNs;
    let leftNs = durationNs;
    while (leftNs > 0 && Atomics.wait(this.words, this.at, 0, leftNs / 1e6) !== 'not-equal') {
      if (this.isSet()) return;
      leftNs = end - nowNs();
    }
  }
}
