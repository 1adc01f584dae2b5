import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import type { Connector } from './connect.js';
import { EINVAL } from './errno.js';
import type { Guard } from './guard.js';
import type { Manager } from './manager.js';
import { clearToken, FIELD, HAS, hasToken, setToken } from './objects.js';
import type { TokenIndex } from './xarray.js';

const { FLAGS, TOKEN_HI, TOKEN_LO, PARTNER } = FIELD;
const REQUIRED = HAS.ADD | HAS.DEL;

/** The manager since Linux 6.17: two xarrays under one lock. See `manager.ts` for the rules. */
export class XArrayManager implements Manager {
  private readonly words: Int32Array;
  private readonly guard: Guard;
  private readonly counters: Counters;
  private readonly consumers: TokenIndex;
  private readonly producers: TokenIndex;
  private readonly connector: Connector;

  constructor(
    memory: SharedMemory,
    guard: Guard,
    counters: Counters,
    consumers: TokenIndex,
    producers: TokenIndex,
    connector: Connector,
  ) {
    this.words = memory.words;
    this.guard = guard;
    this.counters = counters;
    this.consumers = consumers;
    this.producers = producers;
    this.connector = connector;
  }

  registerConsumer(consumer: number, hi: number, lo: number): number {
    if (this.isRegistered(consumer)) return -EINVAL;
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
    const producer = this.words[consumer + PARTNER] as number;
    if (producer !== 0) this.connector.disconnect(producer, consumer);
    this.warnUnless(this.consumers.erase(hi, lo) === consumer);
    clearToken(this.words, consumer);
    this.guard.leave();
  }

  registerProducer(producer: number, hi: number, lo: number): number {
    if (this.isRegistered(producer) || (hi | lo) === 0) return -EINVAL;
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
    const consumer = this.words[producer + PARTNER] as number;
    if (consumer !== 0) this.connector.disconnect(producer, consumer);
    this.warnUnless(this.producers.erase(hi, lo) === producer);
    clearToken(this.words, producer);
    this.guard.leave();
  }

  adoptConsumer(consumer: number, hi: number, lo: number): number {
    const error = this.consumers.insert(hi, lo, consumer);
    if (error === 0) setToken(this.words, consumer, hi, lo);
    return error;
  }

  adoptProducer(producer: number, hi: number, lo: number, consumer: number): number {
    const error = this.producers.insert(hi, lo, producer);
    if (error !== 0) return error;
    setToken(this.words, producer, hi, lo);
    if (consumer !== 0) this.connector.join(producer, consumer);
    return 0;
  }

  /** The lock must be held. */
  private insertConsumer(consumer: number, hi: number, lo: number): number {
    let error = this.consumers.insert(hi, lo, consumer);
    if (error !== 0) return error;
    const producer = this.producers.load(hi, lo);
    if (producer !== 0) {
      error = this.connector.connect(producer, consumer);
      if (error !== 0) {
        this.warnUnless(this.consumers.erase(hi, lo) === consumer);
        return error;
      }
    }
    setToken(this.words, consumer, hi, lo);
    return 0;
  }

  /** The lock must be held. */
  private insertProducer(producer: number, hi: number, lo: number): number {
    let error = this.producers.insert(hi, lo, producer);
    if (error !== 0) return error;
    const consumer = this.consumers.load(hi, lo);
    if (consumer !== 0) {
      error = this.connector.connect(producer, consumer);
      if (error !== 0) {
        this.warnUnless(this.producers.erase(hi, lo) === producer);
        return error;
      }
    }
    setToken(this.words, producer, hi, lo);
    return 0;
  }

  /** A caller that registers what is registered is wrong, and is told so: `WARN_ON_ONCE()`. */
  private isRegistered(object: number): boolean {
    const isIn = hasToken(this.words, object);
    this.warnUnless(!isIn);
    return isIn;
  }

  private warnUnless(expected: boolean): void {
    if (!expected) this.counters.add(COUNTER.warnings, 1);
  }
}
