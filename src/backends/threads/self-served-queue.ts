import type { ShutdownQueue } from '../../vm/cleanup-queue.js';
import type { CleanUpServer } from '../../vm/cleanup-server.js';

/** The clean-up queue of a thread that is alone: before it would sleep in its flush, it serves. */
export class SelfServedQueue implements ShutdownQueue {
  private readonly queue: ShutdownQueue;
  private readonly server: CleanUpServer;
  private waiting = 0;

  constructor(queue: ShutdownQueue, server: CleanUpServer) {
    this.queue = queue;
    this.server = server;
  }

  push(consumer: number, vm: number): void {
    this.queue.push(consumer, vm);
    this.waiting++;
  }

  flush(): void {
    for (; this.waiting > 0; this.waiting--) this.server.serveNext();
    this.queue.flush();
  }

  leave(): void {
    this.queue.leave();
  }
}
