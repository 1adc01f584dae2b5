import type { SharedMemory } from '../sync/memory.js';
import type { Callbacks } from './callbacks.js';
import { PARTNER } from './objects.js';

/**
 * Joining a producer and a consumer, and parting them: `__connect()` and `__disconnect()` of
 * virt/lib/irqbypass.c. The lock that protects the pair must be held.
 */
export class Connector {
  private readonly words: Int32Array;
  private readonly callbacks: Callbacks;

  constructor(memory: SharedMemory, callbacks: Callbacks) {
    this.words = memory.words;
    this.callbacks = callbacks;
  }

  /**
   * stop, stop, add, add, start, start; the starts run on failure too, because both sides were
   * stopped. A consumer that refuses takes the producer's half back.
   * @returns 0, or the failing callback's error with neither side changed
   */
  connect(producer: number, consumer: number): number {
    this.callbacks.countAttempt(consumer);
    this.callbacks.stopProducer(producer);
    this.callbacks.stopConsumer(consumer);

    let error = this.callbacks.addConsumer(producer, consumer);
    if (error === 0) {
      error = this.callbacks.addProducer(consumer, producer);
      if (error !== 0) this.callbacks.delConsumer(producer, consumer);
    }

    this.callbacks.startConsumer(consumer);
    this.callbacks.startProducer(producer);
    if (error === 0) this.join(producer, consumer);
    this.callbacks.countConnect(error);
    return error;
  }

  disconnect(producer: number, consumer: number): void {
    this.callbacks.stopProducer(producer);
    this.callbacks.stopConsumer(consumer);

    this.callbacks.delProducer(consumer, producer);
    this.callbacks.delConsumer(producer, consumer);

    this.callbacks.startConsumer(consumer);
    this.callbacks.startProducer(producer);
    this.words[producer + PARTNER] = 0;
    this.words[consumer + PARTNER] = 0;
    this.callbacks.countDisconnect();
  }

  /**
   * Makes both sides remember each other. The kernel does so since 6.17; with the lists it looks
   * the partner up again, and here the links then serve the audit alone.
   */
  join(producer: number, consumer: number): void {
    this.words[producer + PARTNER] = consumer;
    this.words[consumer + PARTNER] = producer;
  }
}
