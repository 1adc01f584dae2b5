import { GATE_WORDS, Gate } from '../../../src/sync/gate.js';
import { Layout, LINE_WORDS } from '../../../src/sync/layout.js';
import { StopWord } from '../../../src/sync/stop.js';

/** Where the threads of a ring meet. Plain data. */
export interface RingLayout {
  readonly stopAt: number;
  readonly gateAt: number;
  /** How often the token was passed on, modulo 2^32. */
  readonly passesAt: number;
  /** A word for each thread, a cache line apart: whether the token is there. */
  readonly placesAt: number;
  readonly threads: number;
  readonly bytes: number;
}

export function layOutRing(threads: number): RingLayout {
  const layout = new Layout();
  const parts = {
    stopAt: layout.reserve(1),
    gateAt: layout.reserve(GATE_WORDS),
    passesAt: layout.reserve(1),
    placesAt: layout.reserve(threads * LINE_WORDS),
  };
  return { ...parts, threads, bytes: layout.totalBytes };
}

export interface RingTask {
  readonly buffer: SharedArrayBuffer;
  readonly layout: RingLayout;
  readonly self: number;
}

/** One of the ring's threads: asleep until the one before it wakes it, and then it wakes the next. */
export function takeTurns({ buffer, layout, self }: RingTask): null {
  const words = new Int32Array(buffer);
  const { placesAt, passesAt, threads } = layout;
  const stop = new StopWord(words, layout.stopAt);
  const mineAt = placesAt + self * LINE_WORDS;
  const nextAt = placesAt + ((self + 1) % threads) * LINE_WORDS;
  new Gate(words, layout.gateAt).enter(stop);
  for (let isLast = false; !isLast; ) {
    while (Atomics.load(words, mineAt) === 0) Atomics.wait(words, mineAt, 0);
    Atomics.store(words, mineAt, 0);
    Atomics.add(words, passesAt, 1);
    isLast = stop.isSet();
    pass(words, nextAt);
  }
  return null;
}

export function pass(words: Int32Array, toAt: number): void {
  Atomics.store(words, toAt, 1);
  Atomics.notify(words, toAt, 1);
}
