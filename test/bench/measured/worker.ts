import { parentPort, workerData } from 'node:worker_threads';
import { measureCalls, measurePairs } from './burst.js';
import { measureClock } from './clock.js';
import { contend, measureLock } from './lock.js';
import { measureHdr, measureRecorder } from './recorder.js';
import { measureStepping } from './stepping.js';

/** A measuring thread: does the one measurement it was started for, and ends. */

const MEASUREMENTS = {
  contend,
  measureCalls,
  measureClock,
  measureHdr,
  measureLock,
  measurePairs,
  measureRecorder,
  measureStepping,
};
export type Measurements = typeof MEASUREMENTS;

/** What a worker is started with: a measurement by name and its task. */
export interface Order {
  readonly name: keyof Measurements;
  readonly task: unknown;
}

const { name, task } = workerData as Order;
const measure = MEASUREMENTS[name] as (task: unknown) => unknown;
parentPort?.postMessage(await measure(task));
