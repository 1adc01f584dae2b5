import { CONSUMER_BYTES } from '../../irqbypass/objects.js';
import { nowNs } from '../../sync/clock.js';
import { permutation } from '../../sync/random.js';
import { middle } from './ping-pong.js';

/**
 * What one thread can measure by itself. Each figure is of the fastest of several batches: what
 * else runs on the machine only ever adds to it.
 */

const BATCHES = 9;
const WORD_BYTES = 4;
/** Steps of a walk in a batch: a few milliseconds, whatever they cost. */
const WALK_STEPS = 100_000;
const SEED = 1;

/** Of a walk over so many nodes, at shuffled addresses a consumer's size apart. */
export function walkNs(nodes: number): number {
  const stride = CONSUMER_BYTES / WORD_BYTES;
  const words = new Int32Array(nodes * stride);
  const order = permutation(nodes, SEED, nodes);
  for (let i = 0; i < nodes; i++) {
    const next = order[(i + 1) % nodes] as number;
    words[(order[i] as number) * stride] = next * stride;
  }
  const steps = Math.max(WALK_STEPS, nodes);
  let at = walk(words, 0, steps);
  return fastestBatch(() => {
    at = walk(words, at, steps);
    return steps;
  });
}

function walk(words: Int32Array, from: number, steps: number): number {
  let at = from;
  for (let step = 0; step < steps; step++) at = words[at] as number;
  return at;
}

export function clockNs(): number {
  return fastestBatch(() => {
    for (let i = 0; i < 10_000; i++) nowNs();
    return 10_000;
  });
}

/** An atomic read-modify-write on a line that is at hand. */
export function atomicNs(): number {
  const words = new Int32Array(new SharedArrayBuffer(64));
  return fastestBatch(() => {
    for (let i = 0; i < 100_000; i++) Atomics.add(words, 0, 1);
    return 100_000;
  });
}

/** A call of `Atomics.notify` that wakes nobody. */
export function idleNotifyNs(): number {
  const words = new Int32Array(new SharedArrayBuffer(64));
  return fastestBatch(() => {
    for (let i = 0; i < 10_000; i++) Atomics.notify(words, 0);
    return 10_000;
  });
}

/** How much later than asked for a sleep of a millisecond ends. */
export function timerSlackNs(): number {
  const words = new Int32Array(new SharedArrayBuffer(64));
  const late: number[] = [];
  for (let i = 0; i < 51; i++) {
    const begunNs = nowNs();
    Atomics.wait(words, 0, 0, 1);
    late.push(Math.max(0, nowNs() - begunNs - 1e6));
  }
  return middle(late);
}

/** @param batch returns how many of what is measured it did */
function fastestBatch(batch: () => number): number {
  // The first two compile it.
  batch();
  batch();
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < BATCHES; i++) {
    const begunNs = nowNs();
    const count = batch();
    fastest = Math.min(fastest, (nowNs() - begunNs) / count);
  }
  return fastest;
}
