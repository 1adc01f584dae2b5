import { Worker } from 'node:worker_threads';
import type { Measurements, Order } from './measured/worker.js';

/**
 * Runs one measurement in a thread of its own: nothing else has run there, so that the compiler
 * has seen the one index and the one lock that are measured, as in a burst VM's thread.
 */
export function inFreshThread<Name extends keyof Measurements>(
  name: Name,
  task: Parameters<Measurements[Name]>[0],
): Promise<Awaited<ReturnType<Measurements[Name]>>> {
  return new Promise((resolve, reject) => {
    const order: Order = { name, task };
    const worker = new Worker(new URL('./measured/worker.js', import.meta.url), {
      workerData: order,
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`${name}: its thread ended without a result`)));
  });
}
