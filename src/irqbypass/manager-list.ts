import type { SharedMemory } from '../sync/memory.js';
import type { Connector } from './connect.js';
import { EBUSY, EINVAL } from './errno.js';
import type { Guard } from './guard.js';
import type { LinkedIndex } from './list-index.js';
import type { Manager } from './manager.js';
import { FIELD, HAS, setToken } from './objects.js';

const { FLAGS, TOKEN_HI, TOKEN_LO } = FIELD;
const REQUIRED = HAS.ADD | HAS.DEL;

/** The manager of Linux 4.3 – 6.16: two lists under one lock. See `manager.ts` for the rules. */
export class ListManager implements Manager {
  private readonly words: Int32Array;
  private readonly guard: Guard;
  private readonly consumers: LinkedIndex;
  private readonly producers: LinkedIndex;
  private readonly connector: Connector;

  constructor(
    memory: SharedMemory,
    guard: Guard,
    consumers: LinkedIndex,
    producers: LinkedIndex,
    connector: Connector,
  ) {
    this.words = memory.words;
    this.guard = guard;
    this.consumers = consumers;
    this.producers = producers;
    this.connector = connector;
  }

  registerConsumer(consumer: number, hi: number, lo: number): number {
    // The owner's own store: with the lists, KVM sets the token before it calls.
    setToken(this.words, consumer, hi, lo);
    const callbacks = (this.words[consumer + FLAGS] as number) & REQUIRED;
    if ((hi | lo) === 0 || callbacks !== REQUIRED) return -EINVAL;
    this.guard.enter();
    const error = this.insertConsumer(consumer, hi, lo);
    this.guard.leave();
    return error;
  }

  unregisterConsumer(consumer: number): void {
    const hi = this.words[consumer + TOKEN_HI] as number;
    const lo = this.words[consumer + TOKEN_LO] as number;
    if ((hi | lo) === 0) return;
    this.guard.enter();
    if (this.consumers.contains(consumer)) {
      const producer = this.producers.find(hi, lo, 0);
      if (producer !== 0) this.connector.disconnect(producer, consumer);
      this.consumers.remove(consumer);
    }
    this.guard.leave();
  }

  registerProducer(producer: number, hi: number, lo: number): number {
    setToken(this.words, producer, hi, lo);
    if ((hi | lo) === 0) return -EINVAL;
    this.guard.enter();
    const error = this.insertProducer(producer, hi, lo);
    this.guard.leave();
    return error;
  }

  unregisterProducer(producer: number): void {
    const hi = this.words[producer + TOKEN_HI] as number;
    const lo = this.words[producer + TOKEN_LO] as number;
    if ((hi | lo) === 0) return;
    this.guard.enter();
    // By token alone, whoever's it is: the kernel's old mistake (see manager.ts).
    if (this.producers.find(hi, lo, 0) !== 0) {
      const consumer = this.consumers.find(hi, lo, 0);
      if (consumer !== 0) this.connector.disconnect(producer, consumer);
      this.producers.remove(producer);
    }
    this.guard.leave();
  }

  adoptConsumer(consumer: number, hi: number, lo: number): number {
    setToken(this.words, consumer, hi, lo);
    this.consumers.add(consumer);
    return 0;
  }

  adoptProducer(producer: number, hi: number, lo: number, consumer: number): number {
    setToken(this.words, producer, hi, lo);
    this.producers.add(producer);
    if (consumer !== 0) this.connector.join(producer, consumer);
    return 0;
  }

  /**
   * Connects a consumer that is no duplicate with its producer, if it has one (else 0), and inserts
   * it. The lock must be held.
   */
  admitConsumer(consumer: number, producer: number): number {
    const error = producer === 0 ? 0 : this.connector.connect(producer, consumer);
    if (error === 0) this.consumers.add(consumer);
    return error;
  }

  /** The same for a producer. The lock must be held. */
  admitProducer(producer: number, consumer: number): number {
    const error = consumer === 0 ? 0 : this.connector.connect(producer, consumer);
    if (error === 0) this.producers.add(producer);
    return error;
  }

  /** The lock must be held. */
  private insertConsumer(consumer: number, hi: number, lo: number): number {
    if (this.consumers.find(hi, lo, consumer) !== 0) return -EBUSY;
    return this.admitConsumer(consumer, this.producers.find(hi, lo, 0));
  }

  /** The lock must be held. */
  private insertProducer(producer: number, hi: number, lo: number): number {
    if (this.producers.find(hi, lo, 0) !== 0) return -EBUSY;
    return this.admitProducer(producer, this.consumers.find(hi, lo, 0));
  }
}
