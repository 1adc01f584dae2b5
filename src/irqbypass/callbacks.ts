import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import type { Cpus } from '../sync/cpu.js';
import type { Layout } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import { hash32 } from '../sync/random.js';
import { spinFor } from '../sync/spin.js';
import { EIO } from './errno.js';
import {
  ATTEMPTS,
  FAILS_ADD,
  FLAGS,
  HAS_ADD,
  HAS_DEL,
  HAS_START,
  HAS_STOP,
  ID,
} from './objects.js';

/**
 * The callbacks of consumers and producers, modelled: what they cost, whether they fail, and, for
 * tests and checkers, in which order they were called.
 *
 * The cost stands for programming the interrupt remapping table; `add_producer` and
 * `del_producer` are where KVM does it. It is work for the CPU, or it is slept through, as where the
 * hardware is programmed by somebody else; what it came to in the end is measured, because a sleep
 * takes what the system makes of it (50 us more on Linux). A failure is drawn from the seed, the consumer and the
 * number of the attempt, so it does not depend on who runs when; half of them are the producer's,
 * so that both ways back are taken.
 *
 * Whether a callback ran inside a lock of the tables is not assumed of a strategy: each one looks
 * at what its thread holds, and counts.
 */

export const CALLBACK = {
  stopProducer: 1,
  stopConsumer: 2,
  addConsumer: 3,
  addProducer: 4,
  delConsumer: 5,
  delProducer: 6,
  startConsumer: 7,
  startProducer: 8,
} as const;

export interface CallbackCosts {
  readonly connectCostNs: number;
  readonly connectMode: 'spin' | 'sleep';
  readonly connectFailureRate: number;
  readonly seed: number;
}

/** Room for a log of callbacks: word 0 counts them, then three words each. */
export interface CallbackLogLayout {
  readonly at: number;
  readonly capacity: number;
}

const LOG_ENTRY_WORDS = 3;
const NO_FAILURE = 0;
const PRODUCER_FAILS = 1;
const CONSUMER_FAILS = 2;

export function reserveCallbackLog(layout: Layout, capacity: number): CallbackLogLayout {
  return { at: layout.reserve(1 + capacity * LOG_ENTRY_WORDS), capacity };
}

/** Who calls the callbacks, and where. */
export interface CallbackSite {
  readonly memory: SharedMemory;
  readonly log: CallbackLogLayout;
  /** A word that nobody writes or notifies, to sleep on. */
  readonly napAt: number;
  readonly costs: CallbackCosts;
  readonly self: number;
  readonly counters: Counters;
  readonly cpus: Cpus;
}

export class Callbacks {
  private readonly words: Int32Array;
  private readonly self: number;
  private readonly counters: Counters;
  private readonly cpus: Cpus;
  private readonly costNs: number;
  private readonly sleeps: boolean;
  private readonly napAt: number;
  private readonly failBelow: number;
  private readonly seed: number;
  private readonly logAt: number;
  private readonly logCapacity: number;

  constructor({ memory, log, napAt, costs, self, counters, cpus }: CallbackSite) {
    this.words = memory.words;
    this.self = self;
    this.counters = counters;
    this.cpus = cpus;
    this.costNs = costs.connectCostNs;
    this.sleeps = costs.connectMode === 'sleep';
    this.napAt = napAt;
    this.failBelow = costs.connectFailureRate * 2 ** 32;
    this.seed = costs.seed;
    this.logAt = log.at;
    this.logCapacity = log.capacity;
  }

  stopProducer(producer: number): void {
    if (this.has(producer, HAS_STOP)) this.called(CALLBACK.stopProducer, producer, 0);
  }

  stopConsumer(consumer: number): void {
    if (this.has(consumer, HAS_STOP)) this.called(CALLBACK.stopConsumer, consumer, 0);
  }

  startProducer(producer: number): void {
    if (this.has(producer, HAS_START)) this.called(CALLBACK.startProducer, producer, 0);
  }

  startConsumer(consumer: number): void {
    if (this.has(consumer, HAS_START)) this.called(CALLBACK.startConsumer, consumer, 0);
  }

  /** The producer's side of a connect. @returns 0 or -EIO */
  addConsumer(producer: number, consumer: number): number {
    if (!this.has(producer, HAS_ADD)) return 0;
    this.called(CALLBACK.addConsumer, producer, consumer);
    const fails = this.has(producer, FAILS_ADD) || this.drawn(consumer) === PRODUCER_FAILS;
    return fails ? -EIO : 0;
  }

  /** The consumer's side of a connect, which every consumer has. @returns 0 or -EIO */
  addProducer(consumer: number, producer: number): number {
    this.called(CALLBACK.addProducer, consumer, producer);
    this.spend();
    const drawn = this.drawn(consumer);
    // A producer without the callback cannot fail, so the consumer does it for both.
    const fails =
      drawn === CONSUMER_FAILS || (drawn === PRODUCER_FAILS && !this.has(producer, HAS_ADD));
    return fails || this.has(consumer, FAILS_ADD) ? -EIO : 0;
  }

  delConsumer(producer: number, consumer: number): void {
    if (this.has(producer, HAS_DEL)) this.called(CALLBACK.delConsumer, producer, consumer);
  }

  delProducer(consumer: number, producer: number): void {
    this.called(CALLBACK.delProducer, consumer, producer);
    this.spend();
  }

  /** A connect begins: the next draw is a new one. */
  countAttempt(consumer: number): void {
    const at = consumer + ATTEMPTS;
    this.words[at] = (this.words[at] as number) + 1;
  }

  countConnect(error: number): void {
    this.counters.add(error === 0 ? COUNTER.connects : COUNTER.connectFailures, 1);
  }

  countDisconnect(): void {
    this.counters.add(COUNTER.disconnects, 1);
  }

  private has(object: number, flag: number): boolean {
    return ((this.words[object + FLAGS] as number) & flag) !== 0;
  }

  private drawn(consumer: number): number {
    if (this.failBelow === 0) return NO_FAILURE;
    const id = this.words[consumer + ID] as number;
    const attempt = this.words[consumer + ATTEMPTS] as number;
    if (hash32(this.seed, id, attempt) >= this.failBelow) return NO_FAILURE;
    return (hash32(this.seed, attempt, ~id) & 1) === 0 ? PRODUCER_FAILS : CONSUMER_FAILS;
  }

  private spend(): void {
    if (this.costNs > 0) this.pay();
  }

  private pay(): void {
    const begunNs = nowNs();
    if (this.sleeps) this.sleep(begunNs + this.costNs);
    else spinFor(this.costNs);
    this.counters.add(COUNTER.costsPaid, 1);
    this.counters.add(COUNTER.costPaidNs, nowNs() - begunNs);
  }

  /** With a lock held, always: whoever spins for it is told that its holder does not run. */
  private sleep(untilNs: number): void {
    this.cpus.block(this.self);
    let leftNs = untilNs - nowNs();
    while (leftNs > 0) {
      Atomics.wait(this.words, this.napAt, 0, leftNs / 1e6);
      leftNs = untilNs - nowNs();
    }
    this.cpus.unblock(this.self);
  }

  private called(callback: number, object: number, other: number): void {
    if (this.counters.read(COUNTER.holds) !== 0) this.counters.add(COUNTER.callbacksUnderLock, 1);
    if (this.logCapacity === 0) return;
    const entry = Atomics.add(this.words, this.logAt, 1);
    if (entry >= this.logCapacity) return;
    const at = this.logAt + 1 + entry * LOG_ENTRY_WORDS;
    this.words[at] = callback;
    this.words[at + 1] = object;
    this.words[at + 2] = other;
  }
}

export interface LoggedCallback {
  readonly callback: keyof typeof CALLBACK;
  readonly object: number;
  /** The partner the callback was told of; 0 for start and stop. */
  readonly other: number;
}

/** Reads the log back, when nobody writes to it any more. */
export function readCallbackLog(words: Int32Array, log: CallbackLogLayout): LoggedCallback[] {
  const names = Object.keys(CALLBACK) as (keyof typeof CALLBACK)[];
  const entries: LoggedCallback[] = [];
  const count = Math.min(words[log.at] as number, log.capacity);
  for (let entry = 0; entry < count; entry++) {
    const at = log.at + 1 + entry * LOG_ENTRY_WORDS;
    const callback = names.find((name) => CALLBACK[name] === words[at]);
    if (callback === undefined) throw new Error(`callback log damaged at entry ${entry}`);
    entries.push({
      callback,
      object: words[at + 1] as number,
      other: words[at + 2] as number,
    });
  }
  return entries;
}
