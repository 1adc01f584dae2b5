import { workerData } from 'node:worker_threads';
import { viewMemory } from '../../src/sync/memory.js';
import { StopWord } from '../../src/sync/stop.js';
import { type CleanUpLayout, CleanUpQueue, END } from '../../src/vm/cleanup-queue.js';
import { Srcu, type SrcuLayout } from '../../src/vm/srcu.js';

/** What a thread does in the tests of domain and queue. */
export type KernelTask = {
  readonly buffer: SharedArrayBuffer;
  /** Counts what must not happen. */
  readonly violationsAt: number;
  readonly self: number;
} & (DomainTask | QueueTask);

/** Objects that a writer lends in turn: each is written again once nobody can be reading it. */
interface DomainTask {
  readonly verb: 'read' | 'write';
  readonly domain: SrcuLayout;
  /** For each writer the object that it lends, 0 or 1; then its two objects. */
  readonly lentAt: number;
  readonly objectsAt: number;
  readonly writers: number;
  readonly graces: number;
  /** How many writers are done. */
  readonly doneAt: number;
}

interface QueueTask {
  readonly verb: 'use' | 'serve';
  readonly queue: CleanUpLayout;
  readonly pushes: number;
  readonly flushes: number;
  /** How often each consumer was served, counted without atomics. */
  readonly servedAt: number;
}

const task = workerData as KernelTask;
const memory = viewMemory(task.buffer);
const { words } = memory;

function violation(): void {
  Atomics.add(words, task.violationsAt, 1);
}

switch (task.verb) {
  case 'read':
    read(task, domainOf(task));
    break;
  case 'write':
    write(task, domainOf(task));
    break;
  case 'use':
    use(task, new CleanUpQueue(memory, task.queue));
    break;
  case 'serve':
    serve(task, new CleanUpQueue(memory, task.queue));
    break;
}

function domainOf({ domain }: DomainTask): Srcu {
  return new Srcu(memory, domain, task.verb === 'read' ? task.self : 0, 0, new StopWord(words, 0));
}

/** An object holds an even number while it is lent, and an odd one while it is written. */
function read({ lentAt, objectsAt, writers, doneAt }: DomainTask, srcu: Srcu): void {
  while (Atomics.load(words, doneAt) < writers) {
    const index = srcu.readLock();
    for (let writer = 0; writer < writers; writer++) {
      const object = objectsAt + writer * 2 + Atomics.load(words, lentAt + writer);
      const value = words[object] as number;
      if (value % 2 !== 0) violation();
      for (let look = 0; look < 50; look++) if (words[object] !== value) violation();
    }
    srcu.readUnlock(index);
  }
}

function write(task: DomainTask & { readonly self: number }, srcu: Srcu): void {
  const own = task.lentAt + task.self;
  for (let grace = 0; grace < task.graces; grace++) {
    const lent = words[own] as number;
    Atomics.store(words, own, 1 - lent);
    srcu.synchronize();
    const object = task.objectsAt + task.self * 2 + lent;
    words[object] = (words[object] as number) + 1;
    words[object] = (words[object] as number) + 1;
  }
  Atomics.add(words, task.doneAt, 1);
}

function use({ pushes, flushes, servedAt }: QueueTask, queue: CleanUpQueue): void {
  const first = task.self * pushes;
  for (let flush = 1; flush <= flushes; flush++) {
    for (let push = 0; push < pushes; push++) queue.push(1 + first + push, task.self);
    queue.flush();
    for (let push = 0; push < pushes; push++) {
      if (words[servedAt + first + push] !== flush) violation();
    }
  }
  queue.leave();
}

function serve({ pushes, servedAt }: QueueTask, queue: CleanUpQueue): void {
  for (;;) {
    const ticket = queue.claim();
    const consumer = queue.consumerOf(ticket);
    if (consumer !== END) {
      if (queue.vmOf(ticket) !== Math.floor((consumer - 1) / pushes)) violation();
      const at = servedAt + consumer - 1;
      words[at] = (words[at] as number) + 1;
    }
    queue.finish(ticket);
    if (consumer === END) return;
  }
}
