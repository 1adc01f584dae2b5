import type { SharedMemory } from '../sync/memory.js';
import type { Manager } from './manager.js';
import { FIELD } from './objects.js';
import { shardOf } from './shard.js';

const { TOKEN_HI, TOKEN_LO } = FIELD;

/**
 * Several managers, each with its own table and lock, over which tokens are spread by a hash: the
 * two sides of a token always meet at the same one. What each does is its own business.
 *
 * Only the table of the token that is given is looked at. So lists, which find out that an object
 * is registered already by meeting it, do not find out where it comes with another token.
 */
export class ShardedManager implements Manager {
  private readonly words: Int32Array;
  private readonly managers: readonly Manager[];
  private readonly shards: number;

  /** @param managers by shard, two at least */
  constructor(memory: SharedMemory, managers: readonly Manager[]) {
    this.words = memory.words;
    this.managers = managers;
    this.shards = managers.length;
  }

  registerConsumer(consumer: number, hi: number, lo: number): number {
    const manager = this.of(hi, lo);
    return manager.registerConsumer(consumer, hi, lo);
  }

  unregisterConsumer(consumer: number): void {
    const manager = this.ofRegistered(consumer);
    manager.unregisterConsumer(consumer);
  }

  registerProducer(producer: number, hi: number, lo: number): number {
    const manager = this.of(hi, lo);
    return manager.registerProducer(producer, hi, lo);
  }

  unregisterProducer(producer: number): void {
    const manager = this.ofRegistered(producer);
    manager.unregisterProducer(producer);
  }

  adoptConsumer(consumer: number, hi: number, lo: number): number {
    const manager = this.of(hi, lo);
    return manager.adoptConsumer(consumer, hi, lo);
  }

  adoptProducer(producer: number, hi: number, lo: number, consumer: number): number {
    const manager = this.of(hi, lo);
    return manager.adoptProducer(producer, hi, lo, consumer);
  }

  /** A null token has a shard like any other, whose manager refuses or ignores it. */
  private of(hi: number, lo: number): Manager {
    return this.managers[shardOf(hi, lo, this.shards)] as Manager;
  }

  private ofRegistered(object: number): Manager {
    return this.of(
      this.words[object + TOKEN_HI] as number,
      this.words[object + TOKEN_LO] as number,
    );
  }
}
