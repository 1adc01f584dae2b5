import { CacheLines } from '../../src/backends/sim/cache-lines.js';
import { costsOf } from '../../src/backends/sim/costs.js';
import { Machine } from '../../src/backends/sim/machine.js';
import { PlainWork } from '../../src/backends/sim/plain-work.js';
import { Topology } from '../../src/backends/sim/topology.js';
import type { LockAlgorithm } from '../../src/locks/lock.js';
import type { LockName } from '../../src/model/algorithm-names.js';
import type { HostProfile } from '../../src/model/host-profile.js';
import { OP, type Stepped } from '../../src/stepping/operation.js';
import { World } from '../../src/stepping/world.js';
import { type Counters, reserveCounters } from '../../src/sync/counters.js';
import { type Cpus, reserveCpus } from '../../src/sync/cpu.js';
import { Layout, LINE_BYTES } from '../../src/sync/layout.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';

/** A simulated machine with threads that tests write themselves, an operation a `yield`. */

/** More than any of these tests needs. */
const MOST_EVENTS = 5e6;
/** Words for tests to use, each on a line of its own, from the first on. */
const LINES = 8;

export type Code = (rig: SimRig, self: number) => Stepped<void>;

export class SimRig {
  readonly memory: SharedMemory;
  readonly machine: Machine;
  readonly world: World;
  readonly layout: Layout;
  /** What threads wrote down, in the order in which they did. */
  readonly log: string[] = [];

  /**
   * @param reserve lays out more of the memory
   * @param plainNs what threads do between their operations, in nanoseconds
   */
  constructor(
    profile: HostProfile,
    {
      reserve = () => {},
      plainNs = 0,
    }: { reserve?: (layout: Layout) => void; plainNs?: number } = {},
  ) {
    this.layout = new Layout();
    this.layout.reserve(LINES * (LINE_BYTES / 4));
    reserve(this.layout);
    const topology = new Topology(profile);
    const costs = costsOf(profile);
    this.memory = allocateMemory(this.layout.totalBytes);
    const lines = new CacheLines(this.layout.totalBytes / LINE_BYTES, topology, costs);
    const work = new PlainWork(this.memory, lines);
    this.world = new World({ touches: work });
    const { register } = this.world;
    const { memory } = this;
    const walks = { begin: () => {}, endNs: () => plainNs };
    this.machine = new Machine({
      topology,
      costs,
      memory,
      lines,
      work,
      register,
      seed: 1,
      walks,
    });
  }

  /** The first word of a line. */
  word(line: number): number {
    return (1 + line) * (LINE_BYTES / 4);
  }

  /** Adds threads, each on the CPU of its number. */
  add(...codes: readonly Code[]): this {
    for (const [self, code] of codes.entries()) this.addOn(self, code);
    return this;
  }

  addOn(cpu: number, code: Code, allowed: Uint8Array | null = null): this {
    this.machine.add(code(this, cpu), cpu, allowed);
    return this;
  }

  /** Lets all threads end. @returns virtual nanoseconds */
  run(): number {
    this.machine.run(MOST_EVENTS);
    if (!this.machine.isOver) throw new Error('it does not end');
    return this.machine.nowNs;
  }

  /** Writes down that a thread is here, and when; then it reads the clock. */
  *note(text: string): Stepped<void> {
    yield* this.clock();
    this.log.push(`${text} ${this.machine.nowNs}`);
  }

  *operate(kind: number, line: number, a = 0, b = 0, c = 0, looks = 0): Stepped {
    const { words } = this.memory;
    return yield this.world.register.set(kind, 0, words, this.word(line), a, b, c, looks);
  }

  *pause(ns: number): Stepped<void> {
    yield* this.operate(OP.pause, 0, ns);
  }

  *clock(): Stepped<number> {
    return (yield* this.operate(OP.clock, 0)) as number;
  }
}

interface SteppedLock {
  acquire(self: number): Stepped;
  release(self: number): Stepped;
}

export interface LockTrial {
  readonly lock: LockName;
  readonly threads: number;
  readonly acquisitions: number;
  /** Work inside and outside the section. */
  readonly insideNs: number;
  readonly outsideNs: number;
  readonly nodes?: number;
  /** Where threads begin, and stay. */
  readonly cpuOf?: (thread: number) => number;
}

export interface LockOutcome {
  readonly ns: number;
  /** Operations that the machine carried out. */
  readonly steps: number;
  /** Who was inside, one after the other. */
  readonly order: readonly number[];
  /** The largest number of threads that were inside at once. */
  readonly mostInside: number;
}

/** Threads that take one lock of the registry again and again. */
export async function tryLock(profile: HostProfile, trial: LockTrial): Promise<LockOutcome> {
  const { threads, acquisitions, insideNs, outsideNs, nodes = 1, cpuOf = (self) => self } = trial;
  const { LOCKS: native } = await import('../../src/locks/lock.js');
  let [lockAt, countersAt, cpusAt] = [0, 0, 0];
  const reserve = (layout: Layout) => {
    lockAt = layout.reserve(native[trial.lock].words(threads));
    countersAt = reserveCounters(layout, threads);
    cpusAt = reserveCpus(layout, threads);
  };
  const rig = new SimRig(profile, { reserve });
  const { memory, world } = rig;
  const stepped = {
    ...(await world.load('locks/lock')),
    ...(await world.load('sync/counters')),
    ...(await world.load('sync/cpu')),
  } as unknown as {
    readonly LOCKS: Readonly<Record<LockName, LockAlgorithm>>;
    readonly Counters: typeof Counters;
    readonly Cpus: typeof Cpus;
  };
  const order: number[] = [];
  let inside = 0;
  let mostInside = 0;
  function* live(self: number): Stepped<void> {
    const lock = stepped.LOCKS[trial.lock].create({
      memory,
      at: lockAt,
      threads,
      counters: new stepped.Counters(memory, countersAt, self),
      cpus: new stepped.Cpus(memory, cpusAt, threads, nodes),
    }) as unknown as SteppedLock;
    for (let i = 0; i < acquisitions; i++) {
      yield* lock.acquire(self);
      order.push(self);
      mostInside = Math.max(mostInside, ++inside);
      if (insideNs > 0) yield* rig.pause(insideNs);
      inside--;
      yield* lock.release(self);
      if (outsideNs > 0) yield* rig.pause(outsideNs);
    }
  }
  for (let self = 0; self < threads; self++) {
    const cpu = cpuOf(self);
    const allowed = new Uint8Array(1024);
    allowed[cpu] = 1;
    rig.addOn(cpu, () => live(self), allowed);
  }
  return { ns: rig.run(), steps: rig.machine.steps, order, mostInside };
}
