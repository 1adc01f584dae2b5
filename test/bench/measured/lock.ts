import { LOCKS, type Lock } from '../../../src/locks/lock.js';
import type { LockName } from '../../../src/model/algorithm-names.js';
import { nowNs } from '../../../src/sync/clock.js';
import { Counters, reserveCounters } from '../../../src/sync/counters.js';
import { reserveCpus } from '../../../src/sync/cpu.js';
import { GATE_WORDS, Gate } from '../../../src/sync/gate.js';
import { Layout, LINE_WORDS } from '../../../src/sync/layout.js';
import { allocateMemory, viewMemory } from '../../../src/sync/memory.js';
import { StopWord } from '../../../src/sync/stop.js';
import { siteOf } from '../../support/sites.js';
import { fastest } from './averages.js';

/** Where the threads of a contended lock meet. Plain data. */
export interface LockLayout {
  readonly lockAt: number;
  readonly stopAt: number;
  readonly gateAt: number;
  /** Each thread's number of pairs done, modulo 2^32, a cache line apart. */
  readonly pairsAt: number;
  readonly countersAt: number;
  readonly cpusAt: number;
  readonly name: LockName;
  readonly threads: number;
  readonly bytes: number;
}

export function layOutLock(name: LockName, threads: number): LockLayout {
  const layout = new Layout();
  const parts = {
    lockAt: layout.reserve(LOCKS[name].words(threads)),
    stopAt: layout.reserve(1),
    gateAt: layout.reserve(GATE_WORDS),
    pairsAt: layout.reserve(threads * LINE_WORDS),
    countersAt: reserveCounters(layout, threads),
    cpusAt: reserveCpus(layout, threads),
  };
  return { ...parts, name, threads, bytes: layout.totalBytes };
}

const COMPILING_PAIRS = 1_000_000;
/** Of one of many threads, which go on compiling while they contend. */
const COMPILING_PAIRS_OF_MANY = 100_000;
const COMPILING_BATCH = 64;

function lockAndUnlock(lock: Lock, self: number, pairs: number): void {
  for (let pair = 0; pair < pairs; pair++) {
    lock.acquire(self);
    lock.release(self);
  }
}

/** A lock of this thread's own, compiled by use. */
function compiledLock(name: LockName, pairs: number): Lock {
  const layout = layOutLock(name, 1);
  const memory = allocateMemory(layout.bytes);
  const counters = new Counters(memory, layout.countersAt, 0);
  const lock = LOCKS[layout.name].create(
    siteOf(memory, layout.lockAt, layout.threads, counters, layout.cpusAt),
  );
  for (let done = 0; done < pairs; done += COMPILING_BATCH) {
    lockAndUnlock(lock, 0, COMPILING_BATCH);
  }
  return lock;
}

export interface LockTask {
  readonly name: LockName;
  readonly batches: number;
  /** Locks, each followed by its unlock, in a batch. */
  readonly pairs: number;
}

/** Nobody else wants the lock; the section is empty. */
export function measureLock(task: LockTask) {
  const lock = compiledLock(task.name, COMPILING_PAIRS);
  const pairNs = new Float64Array(task.batches);
  for (let batch = 0; batch < task.batches; batch++) {
    const begunNs = nowNs();
    lockAndUnlock(lock, 0, task.pairs);
    pairNs[batch] = (nowNs() - begunNs) / task.pairs;
  }
  return { pairNs: fastest(pairNs) };
}

export interface ContenderTask {
  readonly buffer: SharedArrayBuffer;
  readonly layout: LockLayout;
  readonly self: number;
  /** How many pairs it does between two looks at the stop word. */
  readonly pairsALook: number;
}

/** One of the threads that want the lock; the main thread watches its number of pairs. */
export function contend({ buffer, layout, self, pairsALook }: ContenderTask): null {
  compiledLock(layout.name, COMPILING_PAIRS_OF_MANY);
  const memory = viewMemory(buffer);
  const counters = new Counters(memory, layout.countersAt, self);
  const lock = LOCKS[layout.name].create(
    siteOf(memory, layout.lockAt, layout.threads, counters, layout.cpusAt),
  );
  const stop = new StopWord(memory.words, layout.stopAt);
  const pairsAt = layout.pairsAt + self * LINE_WORDS;
  new Gate(memory.words, layout.gateAt).enter(stop);
  while (!stop.isSet()) {
    lockAndUnlock(lock, self, pairsALook);
    Atomics.add(memory.words, pairsAt, pairsALook);
  }
  return null;
}
