import { Worker } from 'node:worker_threads';
import { nowNs } from '../../sync/clock.js';

/** Two threads that hand a word to and fro: what getting a line takes, and what waking takes. */

/** Two words, a cache line and more apart: whose turn it is, and that the partner is there. */
const TURN = 0;
const READY = 64;
const WORDS = 128;
const MINE = 0;
const YOURS = 1;
const OVER = 2;
/** On a busy machine rounds take a time slice each; then fewer have to do. */
const BUDGET_MS = 3000;
const LEAST_BATCHES = 3;

export interface PartnerTask {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly cpu: number | null;
  readonly how: 'spin' | 'sleep';
}

export interface PingPong {
  /** One way, in nanoseconds: half a round. */
  readonly oneWayNs: number;
  /** What waking the partner took of the waker's own time; 0 where both spin. */
  readonly wakeNs: number;
}

/**
 * Plays with a partner on another thread; the calling thread is pinned by the caller.
 * @param cpu the partner's, or null for any
 * @returns medians over the batches, of so many rounds each
 */
export async function playPingPong(
  how: PartnerTask['how'],
  cpu: number | null,
  batches: number,
  roundsEach: number,
): Promise<PingPong> {
  const words = new Int32Array(new SharedArrayBuffer(WORDS * 4));
  const task: PartnerTask = { words, cpu, how };
  const worker = new Worker(new URL('./partner-worker.js', import.meta.url), { workerData: task });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
  await Promise.race([partnerReady(words), ended]);
  const oneWay: number[] = [];
  const wakes: number[] = [];
  const untilMs = performance.now() + BUDGET_MS;
  for (let batch = 0; batch < batches; batch++) {
    if (batch >= LEAST_BATCHES && performance.now() > untilMs) break;
    const begunNs = nowNs();
    const wakeNs = how === 'spin' ? askSpinning(words, roundsEach) : askAsleep(words, roundsEach);
    oneWay.push((nowNs() - begunNs) / roundsEach / 2);
    wakes.push(wakeNs / roundsEach);
  }
  Atomics.store(words, TURN, OVER);
  Atomics.notify(words, TURN);
  await ended;
  return { oneWayNs: middle(oneWay), wakeNs: middle(wakes) };
}

async function partnerReady(words: Int32Array<SharedArrayBuffer>): Promise<void> {
  const waiting = Atomics.waitAsync(words, READY, 0);
  await waiting.value;
}

function askSpinning(words: Int32Array, rounds: number): number {
  for (let round = 0; round < rounds; round++) {
    Atomics.store(words, TURN, YOURS);
    while (Atomics.load(words, TURN) !== MINE);
  }
  return 0;
}

export function answerSpinning(words: Int32Array): void {
  sayReady(words);
  for (;;) {
    let turn = Atomics.load(words, TURN);
    while (turn === MINE) turn = Atomics.load(words, TURN);
    if (turn === OVER) return;
    Atomics.store(words, TURN, MINE);
  }
}

/** @returns how long the calls that wake took together */
function askAsleep(words: Int32Array, rounds: number): number {
  let wakingNs = 0;
  for (let round = 0; round < rounds; round++) {
    Atomics.store(words, TURN, YOURS);
    const begunNs = nowNs();
    Atomics.notify(words, TURN);
    wakingNs += nowNs() - begunNs;
    while (Atomics.load(words, TURN) !== MINE) Atomics.wait(words, TURN, YOURS);
  }
  return wakingNs;
}

export function answerAsleep(words: Int32Array): void {
  sayReady(words);
  for (;;) {
    while (Atomics.load(words, TURN) === MINE) Atomics.wait(words, TURN, MINE);
    if (Atomics.load(words, TURN) === OVER) return;
    Atomics.store(words, TURN, MINE);
    Atomics.notify(words, TURN);
  }
}

function sayReady(words: Int32Array): void {
  Atomics.store(words, READY, 1);
  Atomics.notify(words, READY);
}

/** The middle one of an odd number of figures, or the upper of the two. */
export function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
