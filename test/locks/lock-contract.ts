import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockAlgorithm } from '../../src/locks/lock.js';
import { COUNTER, type CounterName, Counters, reserveCounters } from '../../src/sync/counters.js';
import { reserveCpus } from '../../src/sync/cpu.js';
import { GATE_WORDS, Gate } from '../../src/sync/gate.js';
import { Layout, LINE_WORDS } from '../../src/sync/layout.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';
import { Crew } from '../support/crew.js';
import type { LockTask } from '../support/lock.worker.js';
import { siteOf } from '../support/sites.js';
import { until, WATCHDOG_MS } from '../support/watchdog.js';

/** What every lock must do, natively, with threads. A lock joins by being in the registry. */

const WORKER = new URL('../support/lock.worker.js', import.meta.url);

/** Where threads find the algorithms by name: only a URL can be sent to them. */
export interface Registry {
  readonly url: URL;
  readonly exported: string;
}

const LOCK_REGISTRY: Registry = {
  url: new URL('../../src/locks/lock.js', import.meta.url),
  exported: 'LOCKS',
};

/** One lock over fresh memory, with room for so many threads. */
class Trial {
  readonly memory: SharedMemory;
  readonly words: Int32Array;
  readonly gate: Gate;
  private readonly algorithm: LockAlgorithm;
  private readonly threads: number;
  private readonly common: Omit<LockTask, 'self' | 'sections' | 'pauseEvery'>;

  constructor(algorithm: LockAlgorithm, registry: Registry, threads: number) {
    this.algorithm = algorithm;
    this.threads = threads;
    const layout = new Layout();
    const places = {
      lockAt: layout.reserve(algorithm.words(threads)),
      countersAt: reserveCounters(layout, threads),
      cpusAt: reserveCpus(layout, threads),
      gateAt: layout.reserve(GATE_WORDS),
      stopAt: layout.reserve(1),
      pairAt: layout.reserve(2 * LINE_WORDS),
      doneAt: layout.reserve(threads * LINE_WORDS),
      violationsAt: layout.reserve(1),
      sleepAt: layout.reserve(1),
    };
    this.memory = allocateMemory(layout.totalBytes);
    this.words = this.memory.words;
    this.gate = new Gate(this.words, places.gateAt);
    const { url, exported } = registry;
    const { buffer } = this.memory.words;
    this.common = {
      registry: url.href,
      exported,
      name: algorithm.name,
      threads,
      buffer,
      ...places,
    };
  }

  /** Starts threads `first` … n-1, which wait at the gate. */
  start(sections: number, pauseEvery: number, first = 0): Crew {
    const tasks = Array.from(
      { length: this.threads - first },
      (_, i): LockTask => ({ ...this.common, self: first + i, sections, pauseEvery }),
    );
    return new Crew(WORKER, tasks);
  }

  /** The lock as this thread uses it, as thread 0. */
  ownLock() {
    const { lockAt, cpusAt } = this.common;
    return this.algorithm.create(
      siteOf(this.memory, lockAt, this.threads, this.countersOf(0), cpusAt),
    );
  }

  countersOf(thread: number): Counters {
    return new Counters(this.memory, this.common.countersAt, thread);
  }

  sum(name: CounterName): number {
    let sum = 0;
    for (let i = 0; i < this.threads; i++) sum += this.countersOf(i).read(COUNTER[name]);
    return sum;
  }

  pair(): number[] {
    return [0, LINE_WORDS].map((word) => this.words[this.common.pairAt + word] as number);
  }

  violations(): number {
    return this.words[this.common.violationsAt] as number;
  }

  lockWords(): number[] {
    const { lockAt } = this.common;
    return Array.from(this.words.subarray(lockAt, lockAt + this.algorithm.words(this.threads)));
  }

  describe(): string {
    const done = Array.from({ length: this.threads }, (_, i) =>
      Atomics.load(this.words, this.common.doneAt + i * LINE_WORDS),
    );
    return `${this.algorithm.name} is stuck: sections done ${done}, lock words ${this.lockWords()}`;
  }
}

/** N threads × M sections; then everything that must hold of the words and the statistics. */
export async function checkCrowd(
  algorithm: LockAlgorithm,
  threads: number,
  sections: number,
  { registry = LOCK_REGISTRY, pauseEvery = 100, limitMs = WATCHDOG_MS } = {},
): Promise<void> {
  const trial = new Trial(algorithm, registry, threads);
  const crew = trial.start(sections, pauseEvery);
  trial.gate.open();
  await crew.ended(() => trial.describe(), limitMs);

  const all = threads * sections;
  assert.equal(trial.violations(), 0, 'sections found another inside');
  assert.deepEqual(trial.pair(), [all, all], 'increments were lost');
  assert.equal(trial.sum('acquisitions'), all);
  checkTidy(trial, algorithm);
  for (let i = 0; i < threads; i++) assertConsistent(trial.countersOf(i));
  assert.ok(trial.sum('parks') >= trial.sum('wakes'), 'somebody was woken who did not sleep');
}

/** One thread's wait statistics: of its slow path alone, and not in contradiction. */
function assertConsistent(counters: Counters): void {
  const read = (name: CounterName) => counters.read(COUNTER[name]);
  assert.ok(read('contended') <= read('acquisitions'));
  assert.ok(read('waitTotalNs') >= read('waitMaxNs'));
  assert.ok(read('waitTotalNs') <= read('waitMaxNs') * read('contended'));
  assert.ok(read('waitMaxNs') >= 0);
  if (read('contended') === 0) assert.equal(read('parks'), 0, 'it slept without having waited');
}

/** A lock that nobody else wants: nothing is counted as contention. */
export function checkUncontended(algorithm: LockAlgorithm, registry = LOCK_REGISTRY): void {
  const trial = new Trial(algorithm, registry, 1);
  const lock = trial.ownLock();
  for (let i = 0; i < 1000; i++) {
    lock.acquire(0);
    lock.release(0);
  }
  for (const name of ['contended', 'waitTotalNs', 'waitMaxNs', 'parks', 'wakes'] as const) {
    assert.equal(trial.sum(name), 0, name);
  }
  checkTidy(trial, algorithm);
}

/** Locks of irqbench's own leave nothing behind; a user's may count on. */
function checkTidy(trial: Trial, algorithm: LockAlgorithm): void {
  if (!algorithm.isZeroWhenFree) return;
  const tidy = trial.lockWords().map(() => 0);
  assert.deepEqual(trial.lockWords(), tidy, 'the words are zeros again');
}

/** Whoever waits for a holder gets in after it, and its wait is counted once. */
export async function checkOneWait(
  algorithm: LockAlgorithm,
  registry = LOCK_REGISTRY,
): Promise<void> {
  // How long a thread needs to come to the lock nobody knows: hold it for longer until it did.
  for (let holdMs = 20; ; holdMs *= 4) {
    const trial = new Trial(algorithm, registry, 2);
    const lock = trial.ownLock();
    const crew = trial.start(1, 2, 1);
    await until(
      () => trial.gate.readyCount() === 1,
      () => trial.describe(),
    );
    lock.acquire(0);
    trial.gate.open();
    await new Promise((resolve) => setTimeout(resolve, holdMs));
    assert.deepEqual(trial.pair(), [0, 0], 'the other thread came in');
    lock.release(0);
    await crew.ended(() => trial.describe());
    assert.deepEqual(trial.pair(), [1, 1]);
    const waiter = trial.countersOf(1);
    assertConsistent(waiter);
    if (waiter.read(COUNTER.contended) === 0 && holdMs < WATCHDOG_MS / 10) continue;
    assert.equal(waiter.read(COUNTER.contended), 1);
    assert.ok(waiter.read(COUNTER.waitTotalNs) > 0);
    assert.equal(waiter.read(COUNTER.waitTotalNs), waiter.read(COUNTER.waitMaxNs));
    assert.equal(trial.countersOf(0).read(COUNTER.contended), 0, 'the holder did not wait');
    return;
  }
}

/**
 * Holds a lock of one word until its waiter has marked it, and a while longer.
 * @param note is told the word: before, held, with a waiter, and afterwards
 */
export async function checkHandOver(
  algorithm: LockAlgorithm,
  holdMs: number,
  note: (word: number) => void,
): Promise<{ readonly parks: number; readonly wakes: number }> {
  const trial = new Trial(algorithm, LOCK_REGISTRY, 2);
  const word = () => trial.lockWords()[0] as number;
  const lock = trial.ownLock();
  note(word());
  lock.acquire(0);
  const held = word();
  note(held);
  const crew = trial.start(1, 2, 1);
  trial.gate.open();
  await until(
    () => word() !== held,
    () => trial.describe(),
  );
  note(word());
  await new Promise((resolve) => setTimeout(resolve, holdMs));
  lock.release(0);
  await crew.ended(() => trial.describe());
  note(word());
  return { parks: trial.sum('parks'), wakes: trial.sum('wakes') };
}

/** Thread counts, and sections each: about as much work with many as with few. */
const CROWDS = [
  [2, 12_000],
  [3, 5000],
  [8, 1200],
  [20, 400],
] as const;

export function lockContract(algorithm: LockAlgorithm): void {
  const { name } = algorithm;
  for (const [threads, sections] of CROWDS) {
    test(`${name}: ${threads} threads exclude each other and all come through`, () =>
      checkCrowd(algorithm, threads, sections));
  }
  test(`${name}: threads that seldom leave the lock free come through`, () =>
    checkCrowd(algorithm, 6, 60, { pauseEvery: 1 }));
  test(`${name}: without contention none is counted`, () => checkUncontended(algorithm));
  test(`${name}: a wait is timed and counted once`, () => checkOneWait(algorithm));
}
