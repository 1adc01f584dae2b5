import type { LockAlgorithm } from '../../../src/locks/lock.js';
import { loadHost } from '../../../src/plan/host-file.js';
import { OP, type Stepped } from '../../../src/stepping/operation.js';
import { World } from '../../../src/stepping/world.js';
import { nowNs } from '../../../src/sync/clock.js';
import { type Counters, reserveCounters } from '../../../src/sync/counters.js';
import { type Cpus, reserveCpus } from '../../../src/sync/cpu.js';
import { Layout } from '../../../src/sync/layout.js';
import { allocateMemory } from '../../../src/sync/memory.js';
import { hash32 } from '../../../src/sync/random.js';
import { CHOICE } from '../../../src/verify/choices.js';
import { DepthFirst } from '../../../src/verify/dfs.js';
import { carryOut } from '../../../src/verify/execute.js';
import { LockWorld } from '../../../src/verify/lock-world.js';
import { PARKED, READY, ThreadState } from '../../../src/verify/thread.js';
import { tryLock } from '../../support/sim-rig.js';

/** How fast stepped code runs under the barest driver there is, and under the checker. */

const THREADS = 3;
const NOBODY = -1;
const SIMULATED_THREADS = 20;
/** About as many, contended as it is. */
const STEPS_AN_ACQUISITION = 10;

interface SteppedLock {
  acquire(self: number): Stepped;
  release(self: number): Stepped;
}

export async function measureStepping({ steps }: { readonly steps: number }) {
  return {
    driver: await measureDriver(steps),
    checker: await measureChecker(steps),
    simulator: await measureSimulator(steps),
  };
}

/** A driver that takes threads by turns drawn from a seed, and knows of sleep and nothing else. */
async function measureDriver(steps: number): Promise<number> {
  const world = new World({ observer: null, isShared: (_): _ is Int32Array => false });
  const { LOCKS } = (await world.load('locks/lock')) as unknown as {
    readonly LOCKS: Readonly<Record<string, LockAlgorithm>>;
  };
  const modules = { ...(await world.load('sync/counters')), ...(await world.load('sync/cpu')) };
  const stepped = modules as unknown as {
    readonly Counters: typeof Counters;
    readonly Cpus: typeof Cpus;
  };
  const layout = new Layout();
  const at = layout.reserve(1);
  const countersAt = reserveCounters(layout, THREADS);
  const cpusAt = reserveCpus(layout, THREADS);
  const memory = allocateMemory(layout.totalBytes);
  const threads = Array.from({ length: THREADS }, (_, self) => {
    const counters = new stepped.Counters(memory, countersAt, self);
    const cpus = new stepped.Cpus(memory, cpusAt, THREADS, 1);
    const lock = LOCKS.mutex?.create({ memory, at, threads: THREADS, counters, cpus });
    const thread = new ThreadState(self);
    thread.restart(forEver(lock as unknown as SteppedLock, self));
    return thread;
  });
  const advance = (thread: ThreadState, value: unknown) => {
    thread.code?.next(value);
    while (world.register.kind === OP.clock) thread.code?.next(0);
    thread.take(world.register, world.register.at);
  };
  for (const thread of threads) advance(thread, undefined);
  let begunNs = nowNs();
  // The first half is for the compiler.
  for (let step = -steps; step < steps; step++) {
    if (step === 0) begunNs = nowNs();
    let chosen = hash32(1, step, 0) % THREADS;
    while (threads[chosen]?.status === PARKED) chosen = (chosen + 1) % THREADS;
    const thread = threads[chosen] as ThreadState;
    if (thread.kind === OP.wait) {
      if (Atomics.load(thread.array, thread.at) === thread.a) thread.status = PARKED;
      else advance(thread, 'not-equal');
    } else if (thread.kind === OP.notify) {
      const sleeper = threads.findIndex(({ status }) => status === PARKED);
      if (sleeper !== NOBODY) {
        const woken = threads[sleeper] as ThreadState;
        woken.status = READY;
        advance(woken, 'ok');
      }
      advance(thread, sleeper === NOBODY ? 0 : 1);
    } else {
      advance(thread, carryOut(thread, CHOICE.run));
    }
  }
  return steps / ((nowNs() - begunNs) / 1e3);
}

function* forEver(lock: SteppedLock, self: number): Stepped {
  for (;;) {
    yield* lock.acquire(self);
    yield* lock.release(self);
  }
}

/** Threads on a simulated machine of two sockets, each on a CPU of its own. */
async function measureSimulator(steps: number): Promise<number> {
  const trial = {
    lock: 'mutex',
    threads: SIMULATED_THREADS,
    insideNs: 300,
    outsideNs: 500,
  } as const;
  const run = async (enough: number) => {
    const acquisitions = Math.ceil(enough / STEPS_AN_ACQUISITION / SIMULATED_THREADS);
    const begunNs = nowNs();
    const { steps: done } = await tryLock(loadHost('xeon-8255c'), { ...trial, acquisitions });
    return done / ((nowNs() - begunNs) / 1e3);
  };
  await run(steps / 4);
  return run(steps / 2);
}

async function measureChecker(steps: number): Promise<number> {
  const world = await LockWorld.load('mutex');
  const trial = { threads: THREADS, acquisitions: 8, nodes: 1, isOwn: false } as const;
  const options = { spurious: false, maxSteps: 10_000 };
  const machine = world.machineFor({ ...trial, mode: 'exclusive' }, options);
  const run = (enough: number) => {
    const search = new DepthFirst(machine, 4);
    const begunNs = nowNs();
    search.explore(() => search.steps >= enough);
    return search.steps / ((nowNs() - begunNs) / 1e3);
  };
  run(steps / 4);
  return run(steps / 2);
}
