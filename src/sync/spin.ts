import { nowNs } from './clock.js';

/**
 * Spinning, said as what it is, so that a driver that steps the code can answer each call itself:
 * the simulator charges a waiter's cache misses, the explorer lets it wait until the word changes.
 *
 * Natively a spin is bounded: a thread whose holder is off the CPU would only keep it off. After
 * a number of looks it gives the CPU away in timed sleeps, from which nobody need wake it.
 */
const LOOKS = 200;
/** As short as a timed sleep can be: the system adds its timer slack, 50 us on Linux. */
const NAP_MS = 0.001;

/**
 * Waits while the word has the value.
 * @returns how often the thread gave its CPU away
 */
export function spinWhile(words: Int32Array, at: number, value: number): number {
  for (let look = 0; look < LOOKS; look++) {
    if (Atomics.load(words, at) !== value) return 0;
  }
  let naps = 0;
  while (Atomics.load(words, at) === value) {
    naps++;
    Atomics.wait(words, at, value, NAP_MS);
  }
  return naps;
}

/** Uses the CPU for a while, as a callback that programs hardware does. */
export function spinFor(durationNs: number): void {
  const end = nowNs() + durationNs;
  while (nowNs() < end) {
    // The clock is the work.
  }
}
