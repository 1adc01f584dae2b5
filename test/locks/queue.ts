import assert from 'node:assert/strict';
import { LOCKS, type SharedLock } from '../../src/locks/lock.js';
import type { LockName } from '../../src/model/algorithm-names.js';
import { Counters, reserveCounters } from '../../src/sync/counters.js';
import { reserveCpus } from '../../src/sync/cpu.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';
import { Crew } from '../support/crew.js';
import type { QueueTask } from '../support/queue.worker.js';
import { siteOf } from '../support/sites.js';
import { until } from '../support/watchdog.js';

const WORKER = new URL('../support/queue.worker.js', import.meta.url);

/** A lock that the test holds as thread 0 while others come for it, one after the other. */
export class Queue {
  readonly memory: SharedMemory;
  readonly lock: SharedLock;
  private readonly task: Omit<QueueTask, 'self' | 'stay' | 'isShared'>;
  private readonly crews: Crew[] = [];

  constructor(name: LockName, threads: number, nodes = 1) {
    const layout = new Layout();
    const places = {
      lockAt: layout.reserve(LOCKS[name].words(threads)),
      countersAt: reserveCounters(layout, threads),
      cpusAt: reserveCpus(layout, threads),
      orderAt: layout.reserve(threads + 1),
    };
    this.memory = allocateMemory(layout.totalBytes);
    this.task = { name, buffer: this.memory.words.buffer, threads, nodes, ...places };
    const counters = new Counters(this.memory, places.countersAt, 0);
    const { lockAt, cpusAt } = places;
    const site = siteOf(this.memory, lockAt, threads, counters, cpusAt, nodes);
    this.lock = LOCKS[name].create(site) as SharedLock;
  }

  /** A word of the lock. */
  word(at: number): number {
    return Atomics.load(this.memory.words, this.task.lockAt + at);
  }

  setWord(at: number, value: number): void {
    Atomics.store(this.memory.words, this.task.lockAt + at, value);
  }

  /** @returns whether the word was `expected` and is `wanted` now */
  exchangeWord(at: number, expected: number, wanted: number): boolean {
    const { words } = this.memory;
    const index = this.task.lockAt + at;
    return Atomics.compareExchange(words, index, expected, wanted) === expected;
  }

  /** Starts a thread that comes for the lock, and waits until `isQueued`. */
  async come(
    self: number,
    isQueued: () => boolean,
    { stay = 0, isShared = false } = {},
  ): Promise<void> {
    this.crews.push(new Crew(WORKER, [{ ...this.task, self, stay, isShared }]));
    await until(isQueued, () => this.describe());
  }

  /** Who has come in, in this order. */
  order(): number[] {
    const { orderAt } = this.task;
    const count = Atomics.load(this.memory.words, orderAt);
    return Array.from(this.memory.words.subarray(orderAt + 1, orderAt + 1 + count));
  }

  /** Lets those who came in go who stay until so many have. */
  letGo(): void {
    Atomics.add(this.memory.words, this.task.orderAt, 100);
    Atomics.notify(this.memory.words, this.task.orderAt);
  }

  /** Until all have come and gone, and the words are zeros again. */
  async ended(): Promise<void> {
    for (const crew of this.crews) await crew.ended(() => this.describe());
    assert.deepEqual(
      this.lockWords(),
      this.lockWords().map(() => 0),
    );
  }

  private lockWords(): number[] {
    const { lockAt, name, threads } = this.task;
    const end = lockAt + LOCKS[name].words(threads);
    return Array.from(this.memory.words.subarray(lockAt, end));
  }

  private describe(): string {
    return `${this.task.name} is stuck: came in ${this.order()}, lock words ${this.lockWords()}`;
  }
}
