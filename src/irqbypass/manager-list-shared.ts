import type { SharedMemory } from '../sync/memory.js';
import { EBUSY, EINVAL } from './errno.js';
import type { Guard } from './guard.js';
import type { Manager } from './manager.js';
import type { ListManager } from './manager-list.js';
import { FIELD, HAS, setToken } from './objects.js';
import type { StampedIndex } from './stamped-index.js';

const { FLAGS } = FIELD;
const REQUIRED = HAS.ADD | HAS.DEL;

/**
 * The list manager under a lock that readers share: a registration walks both lists together with
 * others, and then takes the lock alone to look at what came since, connect and insert. A
 * duplicate that the walk found is refused at once. Unregistering takes the lock alone, as always.
 */
export class SharedListManager implements Manager {
  private readonly words: Int32Array;
  private readonly guard: Guard;
  private readonly consumers: StampedIndex;
  private readonly producers: StampedIndex;
  private readonly manager: ListManager;

  /** @param manager works on the same two indexes, under the same guard */
  constructor(
    memory: SharedMemory,
    guard: Guard,
    consumers: StampedIndex,
    producers: StampedIndex,
    manager: ListManager,
  ) {
    this.words = memory.words;
    this.guard = guard;
    this.consumers = consumers;
    this.producers = producers;
    this.manager = manager;
  }

  registerConsumer(consumer: number, hi: number, lo: number): number {
    setToken(this.words, consumer, hi, lo);
    const callbacks = (this.words[consumer + FLAGS] as number) & REQUIRED;
    if ((hi | lo) === 0 || callbacks !== REQUIRED) return -EINVAL;
    return this.register(consumer, hi, lo, consumer, this.consumers, this.producers);
  }

  unregisterConsumer(consumer: number): void {
    this.manager.unregisterConsumer(consumer);
  }

  registerProducer(producer: number, hi: number, lo: number): number {
    setToken(this.words, producer, hi, lo);
    if ((hi | lo) === 0) return -EINVAL;
    return this.register(producer, hi, lo, 0, this.producers, this.consumers);
  }

  unregisterProducer(producer: number): void {
    this.manager.unregisterProducer(producer);
  }

  adoptConsumer(consumer: number, hi: number, lo: number): number {
    return this.manager.adoptConsumer(consumer, hi, lo);
  }

  adoptProducer(producer: number, hi: number, lo: number, consumer: number): number {
    return this.manager.adoptProducer(producer, hi, lo, consumer);
  }

  /** @param self a consumer is a duplicate of itself, a producer (0) is not */
  private register(
    object: number,
    hi: number,
    lo: number,
    self: number,
    own: StampedIndex,
    others: StampedIndex,
  ): number {
    this.guard.enterShared();
    const generation = own.generation();
    const othersGeneration = others.generation();
    const removals = others.removals();
    const isTaken = own.find(hi, lo, self) !== 0;
    const found = isTaken ? 0 : others.find(hi, lo, 0);
    this.guard.leaveShared();
    if (isTaken) return -EBUSY;

    this.guard.enter();
    let error = -EBUSY;
    if (own.findNewer(hi, lo, self, generation) === 0) {
      const partner = this.partner(others, hi, lo, found, othersGeneration, removals);
      error = this.admit(object, partner, own);
    }
    this.guard.leave();
    return error;
  }

  /** The lock must be held alone. */
  private admit(object: number, partner: number, own: StampedIndex): number {
    return own === this.consumers
      ? this.manager.admitConsumer(object, partner)
      : this.manager.admitProducer(object, partner);
  }

  /**
   * The partner that is there by now. The lock must be held alone.
   * @param found what the walk found, when the index was at that generation and count of removals
   */
  private partner(
    others: StampedIndex,
    hi: number,
    lo: number,
    found: number,
    generation: number,
    removals: number,
  ): number {
    if (found === 0) return others.findNewer(hi, lo, 0, generation);
    return others.removals() === removals ? found : others.find(hi, lo, 0);
  }
}
