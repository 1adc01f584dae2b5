import { workerData } from 'node:worker_threads';
import type { LockAlgorithm } from '../../src/locks/lock.js';
import { COUNTER, Counters } from '../../src/sync/counters.js';
import { Gate } from '../../src/sync/gate.js';
import { LINE_WORDS } from '../../src/sync/layout.js';
import { viewMemory } from '../../src/sync/memory.js';
import { StopWord } from '../../src/sync/stop.js';
import { siteOf } from './sites.js';

/** One thread of a lock's trial: so many sections, each a read and a later write of two words. */
export interface LockTask {
  /** The module that exports the algorithms by name, and the name. */
  readonly registry: string;
  readonly exported: string;
  readonly name: string;
  readonly buffer: SharedArrayBuffer;
  readonly lockAt: number;
  readonly countersAt: number;
  readonly cpusAt: number;
  readonly threads: number;
  readonly gateAt: number;
  readonly stopAt: number;
  /** Two plain words, a cache line apart, that only the lock protects. */
  readonly pairAt: number;
  /** A word for each thread, a line apart: the sections it has done. */
  readonly doneAt: number;
  /** Counts the sections that found the pair unequal: somebody else was inside. */
  readonly violationsAt: number;
  /** A word that stays 0, to sleep on. */
  readonly sleepAt: number;
  readonly self: number;
  readonly sections: number;
  /** Every so many sections the thread sleeps between read and write, so that others must wait. */
  readonly pauseEvery: number;
}

const PAUSE_MS = 0.05;

const task = workerData as LockTask;
const module = (await import(task.registry)) as Record<string, Record<string, LockAlgorithm>>;
const algorithm = module[task.exported]?.[task.name];
if (algorithm === undefined) throw new Error(`no lock ${task.name} in ${task.registry}`);

const memory = viewMemory(task.buffer);
const { words } = memory;
const { pairAt, self, sections, pauseEvery } = task;
const counters = new Counters(memory, task.countersAt, self);
const lock = algorithm.create(siteOf(memory, task.lockAt, task.threads, counters, task.cpusAt));
new Gate(words, task.gateAt).enter(new StopWord(words, task.stopAt));

for (let section = 1; section <= sections; section++) {
  lock.acquire(self);
  const first = words[pairAt] as number;
  const second = words[pairAt + LINE_WORDS] as number;
  if (first !== second) Atomics.add(words, task.violationsAt, 1);
  if (section % pauseEvery === 0) Atomics.wait(words, task.sleepAt, 0, PAUSE_MS);
  words[pairAt] = first + 1;
  words[pairAt + LINE_WORDS] = second + 1;
  counters.add(COUNTER.acquisitions, 1);
  lock.release(self);
  Atomics.store(words, task.doneAt + LINE_WORDS * self, section);
}
