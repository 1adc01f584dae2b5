import { nowNs } from './clock.js';
import { LINE_WORDS } from './layout.js';

/**
 * Spinning, said as what it is, so that a driver that steps the code can answer each call itself:
 * the simulator charges a waiter's cache misses, the explorer lets it wait until the word changes.
 * What a function here does besides waiting is the native driver's business.
 *
 * Natively a spin is bounded: a thread whose holder is off the CPU would only keep it off. After
 * a number of looks it gives the CPU away in timed sleeps, from which nobody need wake it. All
 * that may sleep return how often they did.
 */

/** About 2 us. Ten times as many made hand-offs slower by half where threads outnumber CPUs. */
const LOOKS = 200;
/** As short as a timed sleep can be: the system adds its timer slack, 50 us on Linux. */
const NAP_MS = 0.001;
/**
 * How much longer a waiter sleeps for each that goes before it: what is left of a hand-off to a
 * thread that sleeps so, were all of it to sleep. Where all nap as shortly as they can, 20 threads
 * on 2 CPUs keep them busy with napping: 100 to 300 us a hand-off instead of 50.
 */
const NAP_MS_AHEAD = 0.03;
/** Nobody naps for longer than behind so many. */
const MOST_AHEAD = 64;
/** A look takes 10 ns, a step of an empty loop half of one. */
const STEPS_A_LOOK = 20;

const LINE = LINE_WORDS;

/** Waits while the word has the value. */
export function spinWhile(words: Int32Array, at: number, value: number): number {
  if (spinBriefly(words, at, value, LOOKS)) return 0;
  let naps = 0;
  while (Atomics.load(words, at) === value) naps += nap(words, at, value, 0);
  return naps;
}

/** Waits while both words have their values: until either changes. */
export function spinWhileBoth(
  words: Int32Array,
  at: number,
  value: number,
  otherAt: number,
  otherValue: number,
): number {
  let naps = 0;
  for (let look = 0; Atomics.load(words, at) === value; look++) {
    if (Atomics.load(words, otherAt) !== otherValue) break;
    if (look >= LOOKS) naps += nap(words, at, value, 0);
  }
  return naps;
}

/** Stores into the word until what was there is what is wanted: a read-modify-write a look. */
export function spinUntilExchanged(
  words: Int32Array,
  at: number,
  store: number,
  wanted: number,
): number {
  let naps = 0;
  for (let look = 0; Atomics.exchange(words, at, store) !== wanted; look++) {
    if (look >= LOOKS) naps += nap(words, at, store, 0);
  }
  return naps;
}

/**
 * Waits while the word has the value, though perhaps not for as long: the caller looks again.
 * @param ahead how many go before this thread once the holder is done
 */
export function spinInLine(words: Int32Array, at: number, value: number, ahead: number): number {
  if (spinBriefly(words, at, value, LOOKS)) return 0;
  return nap(words, at, value, Math.min(ahead, MOST_AHEAD));
}

/**
 * Waits in a queue while this thread's link has the value: whoever is before it clears the link
 * when it is done. A thread's link lies on a line of its own and names whom it is behind.
 * @param linksAt the link of thread n, counted from 1, is n lines further on
 */
export function spinInQueue(
  words: Int32Array,
  linksAt: number,
  me: number,
  before: number,
): number {
  const at = linksAt + me * LINE;
  let naps = 0;
  while (!spinBriefly(words, at, before, LOOKS)) {
    naps += nap(words, at, before, countAhead(words, linksAt, before));
  }
  return naps;
}

/** A short spin before something better to do. @returns whether the word changed */
export function spinBriefly(words: Int32Array, at: number, value: number, looks: number): boolean {
  for (let look = 0; look < looks; look++) {
    if (Atomics.load(words, at) !== value) return true;
  }
  return false;
}

/** The pause of a back-off: about as long as so many looks, without looking. */
export function pauseFor(looks: number): void {
  for (let step = looks * STEPS_A_LOOK; step > 0; step--) {
    // V8 does not remove empty loops.
  }
}

/**
 * Uses the CPU for a while, as a callback that programs hardware does.
 * @param fromNs when that began, by a reading just taken: one less is needed
 */
export function spinFor(durationNs: number, fromNs?: number): void {
  const end = (fromNs ?? nowNs()) + durationNs;
  while (nowNs() < end) {
    // The clock is the work.
  }
}

/** @returns 1 if it slept, 0 if the word had changed before */
function nap(words: Int32Array, at: number, value: number, ahead: number): number {
  return Atomics.wait(words, at, value, NAP_MS + NAP_MS_AHEAD * ahead) === 'timed-out' ? 1 : 0;
}

/** How many a thread in a queue has before it that wait, too. */
function countAhead(words: Int32Array, linksAt: number, me: number): number {
  let ahead = 0;
  let before = Atomics.load(words, linksAt + me * LINE);
  while (before !== 0 && ahead < MOST_AHEAD) {
    ahead++;
    before = Atomics.load(words, linksAt + before * LINE);
  }
  return ahead;
}
