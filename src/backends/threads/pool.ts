import { Piscina } from 'piscina';
import { messageOf } from '../../errors.js';
import type { BackgroundTask, CleanUpTask, VmTask } from './task.js';

/**
 * Worker threads of a run: one task each, all running at once, or they could not meet at a
 * barrier. A task's promise settles when its VM has ended, or has died.
 */
/** A VM keeps nothing on its heap; a small young generation saves 2 MB a thread. */
const HEAP_MB = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 } as const;

export class WorkerPool<Task> {
  private readonly piscina: Piscina<Task, void>;

  constructor(file: string, threads: number) {
    this.piscina = new Piscina<Task, void>({
      filename: new URL(file, import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      resourceLimits: HEAP_MB,
      recordTiming: false,
    });
    // A worker that dies without a task has nobody else to tell.
    this.piscina.on('error', () => {});
  }

  run(task: Task): Promise<void> {
    return this.piscina.run(task);
  }

  /** Ends one thread from outside, wherever it stands. */
  kill(threadId: number): void {
    this.piscina.threads.find((worker) => worker.threadId === threadId)?.terminate();
  }

  /** Ends all threads, wherever they stand. */
  async destroy(): Promise<void> {
    await this.piscina.destroy();
  }
}

export function burstPool(threads: number): WorkerPool<VmTask> {
  return new WorkerPool('./worker.js', threads);
}

export function cleanUpPool(threads: number): WorkerPool<CleanUpTask> {
  return new WorkerPool('./cleanup-worker.js', threads);
}

export function backgroundPool(threads: number): WorkerPool<BackgroundTask> {
  return new WorkerPool('./background-worker.js', threads);
}

/**
 * What became of a thread, in words for the failure line.
 * @param who `burst VM 3`
 */
export function deathOf(who: string, thrown: unknown): string {
  const message = messageOf(thrown);
  const exit = /^worker exited with code: (\d+)$/.exec(message);
  return `${who} died: ${exit ? `its thread was killed (exit code ${exit[1]})` : message}`;
}
