import type { Callbacks } from '../../../../src/irqbypass/callbacks.js';
import { Connector as Shipped } from '../../../../src/irqbypass/connect.js';
import type { SharedMemory } from '../../../../src/sync/memory.js';

/** In place of `irqbypass/connect`: both sides were stopped, and stay so where a connect fails. */
export class Connector extends Shipped {
  private readonly own: Callbacks;

  constructor(memory: SharedMemory, callbacks: Callbacks) {
    super(memory, callbacks);
    this.own = callbacks;
  }

  override connect(producer: number, consumer: number): number {
    this.own.countAttempt(consumer);
    this.own.stopProducer(producer);
    this.own.stopConsumer(consumer);
    let error = this.own.addConsumer(producer, consumer);
    if (error === 0) {
      error = this.own.addProducer(consumer, producer);
      if (error !== 0) this.own.delConsumer(producer, consumer);
    }
    if (error !== 0) return error;
    this.own.startConsumer(consumer);
    this.own.startProducer(producer);
    this.join(producer, consumer);
    this.own.countConnect(error);
    return error;
  }
}
