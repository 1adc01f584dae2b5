import type { LockAlgorithm, LockSite } from '../locks/lock.js';
import type { Register, Stepped } from '../stepping/operation.js';
import type { Exports } from '../stepping/world.js';
import { COUNTER, Counters, reserveCounters } from '../sync/counters.js';
import { Cpus, reserveCpus } from '../sync/cpu.js';
import { Layout, LINE_WORDS } from '../sync/layout.js';
import { allocateMemory, type SharedMemory } from '../sync/memory.js';
import { LockOracle } from './lock-oracle.js';
import type { PlainHooks } from './plain-hooks.js';
import { MARK, nameWord, type Program, type Region, regionOf } from './program.js';

/** The program that tries a lock alone: threads that acquire it and release it, so many times. */

/** `exclusive`: all alone; `mixed`: every other acquisition is shared. */
export type LockMode = 'exclusive' | 'mixed';

export interface LockTrial {
  readonly threads: number;
  readonly acquisitions: number;
  readonly mode: LockMode;
  /** NUMA nodes that the threads are spread over. */
  readonly nodes: number;
  /** A user's own lock, which may leave its words as it likes. */
  readonly isOwn: boolean;
}

/** A lock of a stepped world: its methods are generators. */
interface SteppedLock {
  acquire(self: number): Stepped;
  release(self: number): Stepped;
  acquireShared?(self: number): Stepped;
  releaseShared?(self: number): Stepped;
}

export function hasSharedMode(algorithm: LockAlgorithm): boolean {
  const layout = new Layout();
  const lockAt = layout.reserve(algorithm.words(2));
  const countersAt = reserveCounters(layout, 2);
  const cpusAt = reserveCpus(layout, 2);
  const memory = allocateMemory(layout.totalBytes);
  const counters = new Counters(memory, countersAt, 0);
  const cpus = new Cpus(memory, cpusAt, 2, 1);
  const lock = algorithm.create({ memory, at: lockAt, threads: 2, counters, cpus });
  return 'acquireShared' in lock;
}

export class LockProgram implements Program {
  readonly memory: SharedMemory;
  readonly register: Register;
  readonly threads: number;
  readonly regions: readonly Region[];
  readonly oracle: LockOracle;
  private readonly algorithm: LockAlgorithm;
  private readonly trial: LockTrial;
  private readonly hooks: PlainHooks;
  private readonly places: {
    readonly lockAt: number;
    readonly countersAt: number;
    readonly cpusAt: number;
    readonly dataAt: number;
  };
  private readonly stepped: { readonly Counters: typeof Counters; readonly Cpus: typeof Cpus };

  /**
   * @param algorithm of a stepped world
   * @param modules `sync/counters` and `sync/cpu` of that world
   * @param countersRead counters that code may look at, which are part of a state then
   */
  constructor(
    algorithm: LockAlgorithm,
    trial: LockTrial,
    modules: Exports,
    register: Register,
    hooks: PlainHooks,
    countersRead: ReadonlySet<string> | 'all',
  ) {
    this.algorithm = algorithm;
    this.trial = trial;
    this.hooks = hooks;
    this.register = register;
    this.threads = trial.threads;
    this.stepped = modules as unknown as LockProgram['stepped'];
    const layout = new Layout();
    const regions: Region[] = [];
    const place = (name: string, words: number, at: number, isOutput = false) => {
      const isTold = name === 'lock';
      regions.push({ name, from: at, to: at + words, isOutput, isTold });
      return at;
    };
    const lockWords = algorithm.words(trial.threads);
    const lockAt = place('lock', lockWords, layout.reserve(lockWords));
    const countersAt = reserveCounters(layout, trial.threads);
    const cpusAt = reserveCpus(layout, trial.threads);
    const dataAt = place('data', 1, layout.reserve(1));
    this.places = { lockAt, countersAt, cpusAt, dataAt };
    this.memory = allocateMemory(layout.totalBytes);
    const looksAtAll = countersRead === 'all';
    for (let thread = 0; thread < trial.threads && !looksAtAll; thread++) {
      const { at } = new Counters(this.memory, countersAt, thread);
      for (const [name, cell] of Object.entries(COUNTER))
        if (countersRead.has(name)) place(`${name} of T${thread}`, 2, (at + cell) * 2);
    }
    place('counters', cpusAt - countersAt * 2, countersAt * 2, !looksAtAll);
    place('cpus', trial.threads * LINE_WORDS, cpusAt);
    this.regions = regions;
    this.oracle = new LockOracle(
      trial.threads,
      algorithm.order,
      (thread) => Math.floor((thread * trial.nodes) / trial.threads),
      (word) => word >= lockAt && word < lockAt + lockWords,
      () => this.leftBehind(),
    );
  }

  start(thread: number): Stepped {
    const { algorithm, memory, places, stepped, trial } = this;
    const site: LockSite = {
      memory,
      at: places.lockAt,
      threads: trial.threads,
      counters: new stepped.Counters(memory, places.countersAt, thread),
      cpus: new stepped.Cpus(memory, places.cpusAt, trial.threads, trial.nodes),
    };
    return this.run(thread, algorithm.create(site) as unknown as SteppedLock);
  }

  private *run(self: number, lock: SteppedLock): Stepped<void> {
    const { register, trial } = this;
    const isMixed = trial.mode === 'mixed' && lock.acquireShared && lock.releaseShared;
    for (let i = 0; i < trial.acquisitions; i++) {
      const isShared = isMixed && (self + i) % 2 === 1 ? 1 : 0;
      this.oracle.begins(self);
      yield register.mark(MARK.begin, i);
      if (isShared && lock.acquireShared) yield* lock.acquireShared(self);
      else yield* lock.acquire(self);
      yield register.mark(MARK.section, isShared);
      this.touchData(isShared === 1);
      if (isShared && lock.releaseShared) yield* lock.releaseShared(self);
      else yield* lock.release(self);
    }
  }

  /** What the lock protects: read by those who share it, written by those who do not. */
  private touchData(isShared: boolean): void {
    const { words } = this.memory;
    const at = this.places.dataAt;
    const value = words[at] as number;
    this.hooks.read(0, words, at, value);
    if (isShared) return;
    this.hooks.write(0, words, at, value);
  }

  private leftBehind(): string | null {
    const { words } = this.memory;
    const mustBeZero = (word: number) => {
      const name = regionOf(this.regions, word)?.name;
      return name === undefined || (name === 'lock' && !this.trial.isOwn);
    };
    const word = words.findIndex((value, at) => value !== 0 && mustBeZero(at));
    if (word < 0) return null;
    return `${nameWord(this.regions, word)} is ${words[word]}, not 0,`;
  }
}
