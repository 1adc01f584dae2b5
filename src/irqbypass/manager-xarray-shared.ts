import type { SharedMemory } from '../sync/memory.js';
import { EBUSY } from './errno.js';
import type { Guard } from './guard.js';
import type { Manager } from './manager.js';
import { FIELD, HAS, hasToken } from './objects.js';
import type { TokenIndex } from './xarray.js';

const { FLAGS } = FIELD;
const REQUIRED = HAS.ADD | HAS.DEL;

/**
 * The xarray manager under a lock that readers share: duplicates are looked for together with
 * others first. Then the lock is taken alone, and all is done as if nobody had looked: a few nodes
 * are not worth remembering what came since.
 */
export class SharedXArrayManager implements Manager {
  private readonly words: Int32Array;
  private readonly guard: Guard;
  private readonly consumers: TokenIndex;
  private readonly producers: TokenIndex;
  private readonly inner: Manager;

  /** @param inner works on the same two indexes, under the same guard */
  constructor(
    memory: SharedMemory,
    guard: Guard,
    consumers: TokenIndex,
    producers: TokenIndex,
    inner: Manager,
  ) {
    this.words = memory.words;
    this.guard = guard;
    this.consumers = consumers;
    this.producers = producers;
    this.inner = inner;
  }

  registerConsumer(consumer: number, hi: number, lo: number): number {
    const callbacks = (this.words[consumer + FLAGS] as number) & REQUIRED;
    const isSound = (hi | lo) !== 0 && callbacks === REQUIRED && !hasToken(this.words, consumer);
    if (isSound && this.isTaken(this.consumers, hi, lo)) return -EBUSY;
    return this.inner.registerConsumer(consumer, hi, lo);
  }

  unregisterConsumer(consumer: number): void {
    this.inner.unregisterConsumer(consumer);
  }

  registerProducer(producer: number, hi: number, lo: number): number {
    const isSound = (hi | lo) !== 0 && !hasToken(this.words, producer);
    if (isSound && this.isTaken(this.producers, hi, lo)) return -EBUSY;
    return this.inner.registerProducer(producer, hi, lo);
  }

  unregisterProducer(producer: number): void {
    this.inner.unregisterProducer(producer);
  }

  adoptConsumer(consumer: number, hi: number, lo: number): number {
    return this.inner.adoptConsumer(consumer, hi, lo);
  }

  adoptProducer(producer: number, hi: number, lo: number, consumer: number): number {
    return this.inner.adoptProducer(producer, hi, lo, consumer);
  }

  private isTaken(index: TokenIndex, hi: number, lo: number): boolean {
    this.guard.enterShared();
    const entry = index.load(hi, lo);
    this.guard.leaveShared();
    return entry !== 0;
  }
}
