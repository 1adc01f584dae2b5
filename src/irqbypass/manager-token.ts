import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import type { Connector } from './connect.js';
import { ENTRY, ENTRY_STATE } from './entry.js';
import type { EntryLock } from './entry-lock.js';
import type { EntryTable } from './entry-table.js';
import { EBUSY, EINVAL, ENOMEM } from './errno.js';
import type { Manager } from './manager.js';
import { clearToken, FIELD, HAS, hasToken, setToken } from './objects.js';

const { FLAGS, ENTRY: ENTRY_OF } = FIELD;
const { STATE, CONSUMER, PRODUCER } = ENTRY;
const REQUIRED = HAS.ADD | HAS.DEL;

/**
 * A manager that connects outside the shared locks, with the semantics of 6.17: what is registered
 * has a token, and remembers its entry instead of its place in an index. See `entry.ts` for how.
 */
export class TokenManager implements Manager {
  private readonly words: Int32Array;
  private readonly entries: EntryTable;
  private readonly lock: EntryLock;
  private readonly connector: Connector;
  private readonly counters: Counters;

  constructor(
    memory: SharedMemory,
    entries: EntryTable,
    lock: EntryLock,
    connector: Connector,
    counters: Counters,
  ) {
    this.words = memory.words;
    this.entries = entries;
    this.lock = lock;
    this.connector = connector;
    this.counters = counters;
  }

  registerConsumer(consumer: number, hi: number, lo: number): number {
    if (this.isRegistered(consumer)) return -EINVAL;
    const callbacks = (this.words[consumer + FLAGS] as number) & REQUIRED;
    if ((hi | lo) === 0 || callbacks !== REQUIRED) return -EINVAL;
    return this.register(consumer, hi, lo, CONSUMER, PRODUCER);
  }

  unregisterConsumer(consumer: number): void {
    if (hasToken(this.words, consumer)) this.unregister(consumer, CONSUMER, PRODUCER);
  }

  registerProducer(producer: number, hi: number, lo: number): number {
    if (this.isRegistered(producer) || (hi | lo) === 0) return -EINVAL;
    return this.register(producer, hi, lo, PRODUCER, CONSUMER);
  }

  unregisterProducer(producer: number): void {
    if (hasToken(this.words, producer)) this.unregister(producer, PRODUCER, CONSUMER);
  }

  adoptConsumer(consumer: number, hi: number, lo: number): number {
    const entry = this.entries.make(hi, lo);
    if (entry === 0) return -ENOMEM;
    this.words[entry + CONSUMER] = consumer;
    this.words[entry + STATE] = ENTRY_STATE.oneSide;
    this.remember(consumer, entry, hi, lo);
    return 0;
  }

  adoptProducer(producer: number, hi: number, lo: number, consumer: number): number {
    const words = this.words;
    let entry = 0;
    if (consumer === 0) {
      entry = this.entries.make(hi, lo);
      if (entry === 0) return -ENOMEM;
      words[entry + STATE] = ENTRY_STATE.oneSide;
    } else {
      entry = words[consumer + ENTRY_OF] as number;
      this.entries.addUser(entry);
      words[entry + STATE] = ENTRY_STATE.connected;
      this.connector.join(producer, consumer);
    }
    words[entry + PRODUCER] = producer;
    this.remember(producer, entry, hi, lo);
    return 0;
  }

  /** @param own the entry's word for the object's side, and `other` for its partner's */
  private register(object: number, hi: number, lo: number, own: number, other: number): number {
    const entry = this.entries.get(hi, lo);
    if (entry === 0) return -ENOMEM;
    this.lock.enter(entry);
    const error = this.take(entry, object, own, other);
    if (error === 0) this.remember(object, entry, hi, lo);
    this.lock.leave(entry);
    if (error !== 0) this.entries.put(entry);
    return error;
  }

  private unregister(object: number, own: number, other: number): void {
    const entry = this.words[object + ENTRY_OF] as number;
    this.lock.enter(entry);
    this.giveBack(entry, object, own, other);
    clearToken(this.words, object);
    this.words[object + ENTRY_OF] = 0;
    this.lock.leave(entry);
    this.entries.put(entry);
  }

  /** The entry's lock must be held. */
  private take(entry: number, object: number, own: number, other: number): number {
    const words = this.words;
    if (words[entry + own] !== 0) return -EBUSY;
    words[entry + own] = object;
    const partner = words[entry + other] as number;
    if (partner === 0) {
      words[entry + STATE] = ENTRY_STATE.oneSide;
      return 0;
    }
    words[entry + STATE] = ENTRY_STATE.connecting;
    const error =
      own === CONSUMER
        ? this.connector.connect(partner, object)
        : this.connector.connect(object, partner);
    if (error !== 0) words[entry + own] = 0;
    words[entry + STATE] = error === 0 ? ENTRY_STATE.connected : ENTRY_STATE.oneSide;
    return error;
  }

  /** The entry's lock must be held. */
  private giveBack(entry: number, object: number, own: number, other: number): void {
    const words = this.words;
    const partner = words[entry + other] as number;
    if (partner !== 0) {
      words[entry + STATE] = ENTRY_STATE.disconnecting;
      if (own === CONSUMER) this.connector.disconnect(partner, object);
      else this.connector.disconnect(object, partner);
    }
    this.warnUnless(words[entry + own] === object);
    words[entry + own] = 0;
    words[entry + STATE] = partner === 0 ? ENTRY_STATE.empty : ENTRY_STATE.oneSide;
  }

  private remember(object: number, entry: number, hi: number, lo: number): void {
    this.words[object + ENTRY_OF] = entry;
    setToken(this.words, object, hi, lo);
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
