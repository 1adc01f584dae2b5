import { Worker } from 'node:worker_threads';
import { WATCHDOG_MS, within } from './watchdog.js';

/** Real threads for a test: all running at once, each with its own task, none left at the end. */
export class Crew {
  private readonly workers: Worker[];
  private readonly endings: Promise<void>[];

  /** @param module the URL of a compiled module that does the task in `workerData` */
  constructor(module: URL, tasks: readonly unknown[]) {
    this.workers = tasks.map((workerData) => new Worker(module, { workerData }));
    this.endings = this.workers.map(
      (worker, self) =>
        new Promise((resolve, reject) => {
          worker.once('error', reject);
          worker.once('exit', (code) =>
            code === 0 ? resolve() : reject(new Error(`thread ${self} ended with ${code}`)),
          );
        }),
    );
    // Whoever waits for the end hears of it; until then it must not count as unhandled.
    for (const ending of this.endings) ending.catch(() => {});
  }

  /**
   * Waits until all have ended by themselves.
   * @param describe what is stuck, for the message of a rejection
   */
  async ended(describe: () => string, limitMs: number = WATCHDOG_MS): Promise<void> {
    try {
      await within(Promise.all(this.endings), describe, limitMs);
    } finally {
      await this.terminate();
    }
  }

  async terminate(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
