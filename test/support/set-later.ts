import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const SOURCE = `
  const { buffer, at, values } = require('node:worker_threads').workerData;
  const words = new Int32Array(buffer);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const value of values) {
    Atomics.wait(clock, 0, 0, 20);
    Atomics.store(words, at, value);
  }
`;

/** A thread that sets a word to each of the values, a while apart, and notifies nobody. */
export class SetLater {
  private readonly worker: Worker;

  constructor(words: Int32Array, at: number, ...values: number[]) {
    const workerData = { buffer: words.buffer, at, values };
    this.worker = new Worker(SOURCE, { eval: true, workerData });
  }

  async ended(): Promise<void> {
    await once(this.worker, 'exit');
  }
}
