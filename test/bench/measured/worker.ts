import { parentPort, workerData } from 'node:worker_threads';

/**
 * A measuring thread: does the one measurement it was started for, and ends. It loads that one
 * alone: some need as many modules as all others together, and there are threads by the hundred.
 */

const LOADERS = {
  contend: async () => (await import('./lock.js')).contend,
  measureCalls: async () => (await import('./burst.js')).measureCalls,
  measureClock: async () => (await import('./clock.js')).measureClock,
  measureHdr: async () => (await import('./recorder.js')).measureHdr,
  measureLock: async () => (await import('./lock.js')).measureLock,
  measurePairs: async () => (await import('./burst.js')).measurePairs,
  measureRecorder: async () => (await import('./recorder.js')).measureRecorder,
  takeTurns: async () => (await import('./ring.js')).takeTurns,
  measureStepping: async () => (await import('./stepping.js')).measureStepping,
};
export type Measurements = {
  readonly [Name in keyof typeof LOADERS]: Awaited<ReturnType<(typeof LOADERS)[Name]>>;
};

/** What a worker is started with: a measurement by name and its task. */
export interface Order {
  readonly name: keyof Measurements;
  readonly task: unknown;
}

const { name, task } = workerData as Order;
const measure = (await LOADERS[name]()) as (task: unknown) => unknown;
parentPort?.postMessage(await measure(task));
