import { StopWord } from '../../sync/stop.js';
import type { BackgroundTask } from './task.js';

/** A background VM with a thread of its own: its irqfds are registered, and it sleeps. */
export default function sleepUntilStopped(task: BackgroundTask): void {
  const words = new Int32Array(task.buffer);
  const stop = new StopWord(words, task.stopAt);
  Atomics.add(words, task.parkedAt, 1);
  while (!stop.isSet()) stop.sleep(60e9);
}
