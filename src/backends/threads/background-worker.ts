import { StopWord } from '../../sync/stop.js';
import type { BackgroundTask } from './task.js';

/** A background VM with a thread of its own: its irqfds are registered, and it sleeps. */
export default function sleepUntilStopped(task: BackgroundTask): void {
  const stop = new StopWord(new Int32Array(task.buffer), task.stopAt);
  while (!stop.isSet()) stop.sleep(60e9);
}
