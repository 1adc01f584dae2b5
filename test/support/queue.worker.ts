import { workerData } from 'node:worker_threads';
import { LOCKS, type SharedLock } from '../../src/locks/lock.js';
import type { LockName } from '../../src/model/algorithm-names.js';
import { Counters } from '../../src/sync/counters.js';
import { viewMemory } from '../../src/sync/memory.js';
import { siteOf } from './sites.js';

/** One acquisition by a thread of its own, for tests that decide who comes when. */
export interface QueueTask {
  readonly name: LockName;
  readonly buffer: SharedArrayBuffer;
  readonly lockAt: number;
  readonly countersAt: number;
  readonly cpusAt: number;
  readonly threads: number;
  readonly nodes: number;
  readonly self: number;
  /** A word that counts who came in, then a word for each: its number, in this order. */
  readonly orderAt: number;
  /** How many must have come in until anybody leaves. */
  readonly stay: number;
  readonly isShared: boolean;
}

const task = workerData as QueueTask;
const { self, orderAt } = task;
const memory = viewMemory(task.buffer);
const { words } = memory;
const counters = new Counters(memory, task.countersAt, self);
const site = siteOf(memory, task.lockAt, task.threads, counters, task.cpusAt, task.nodes);
const lock = LOCKS[task.name].create(site) as SharedLock;

if (task.isShared) lock.acquireShared(self);
else lock.acquire(self);
const place = Atomics.add(words, orderAt, 1);
Atomics.store(words, orderAt + 1 + place, self);
Atomics.notify(words, orderAt);
for (let inside = place + 1; inside < task.stay; inside = Atomics.load(words, orderAt)) {
  Atomics.wait(words, orderAt, inside);
}
if (task.isShared) lock.releaseShared(self);
else lock.release(self);
