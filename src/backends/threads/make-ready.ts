import type { Algorithms } from '../../irqbypass/algorithms.js';
import { SlowLock } from '../../locks/slow-lock.js';
import { calibrateTimer } from '../../measure/timer.js';
import type { Counters } from '../../sync/counters.js';
import { allocateMemory, viewMemory } from '../../sync/memory.js';
import type { CleanUpServer } from '../../vm/cleanup-server.js';
import {
  createCleanUpServer,
  createLife,
  createQueue,
  type Host,
  type LifeOptions,
  type SeatOptions,
} from '../../vm/create-life.js';
import { layOutHost, Meeting, progressWord } from '../../vm/host.js';
import type { VmLife } from '../../vm/life.js';
import { Population } from '../../vm/populate.js';
import { DoomedLock } from './doomed-lock.js';
import { smallPlan } from './rehearsal.js';
import { SelfServedQueue } from './self-served-queue.js';
import type { ThreadTask } from './task.js';

/** What a thread of a session runs, and how its code is made hot before the run begins. */

/** Three times what the optimising compiler was measured to need: 4,000 and less. */
const COMPILING_REGISTRATIONS = 12_000;
/** Where this thread's clock begins on one of the process's: days are left out, for precision. */
const ORIGIN_NS = (performance.timeOrigin % 2 ** 28) * 1e6;

/** The host that the run is about, as a worker sees it. */
export function hostOf({ buffer, layout, plan }: ThreadTask, algorithms: Algorithms): Host {
  return { memory: viewMemory(buffer), layout, plan, algorithms };
}

/** The one on which all threads rehearse together: every way that contention takes is taken once. */
export function rehearsalOf({ rehearsal }: ThreadTask, algorithms: Algorithms): Host {
  const { buffer, layout, plan } = rehearsal;
  return { memory: viewMemory(buffer), layout, plan, algorithms };
}

/** A burst VM's life, with the run's fault in its locks. */
export function lifeOf(
  host: Host,
  task: ThreadTask,
  vm: number,
  options: Omit<LifeOptions, 'wrapLock'> = {},
): VmLife {
  const wrapLock = faultOf(host, task, vm);
  return createLife(host, vm, { originNs: ORIGIN_NS, ...options, wrapLock });
}

/**
 * A worker of the host's clean-up queue, which there is.
 * @param worker from 0
 */
export function cleanUpServerOf(
  host: Host,
  task: ThreadTask,
  worker: number,
  options: Omit<SeatOptions, 'wrapLock'> = {},
): CleanUpServer {
  const wrapLock = faultOf(host, task, null);
  return createCleanUpServer(host, worker, { ...options, wrapLock });
}

type WrapLock = NonNullable<SeatOptions['wrapLock']>;

/** @param vm null for a thread that is none, and so does not die as one */
function faultOf({ memory, layout }: Host, task: ThreadTask, vm: number | null): WrapLock {
  const { fault } = task;
  if (fault === null) return (lock) => lock;
  const isScratch = layout !== task.layout;
  if (fault.kind === 'slow-lock') {
    // On scratch memory it always spins, so that its code is ready, and never for long.
    const { factor, readingNs } = isScratch
      ? { factor: 2, readingNs: 0 }
      : { factor: fault.factor, readingNs: calibrateTimer().overheadNs };
    return (lock, counters) => new SlowLock(lock, factor, readingNs, counters);
  }
  return (lock) => {
    if (isScratch || fault.vm !== vm) return lock;
    return new DoomedLock(lock, fault, memory.words, progressWord(layout, vm), layout.doomAt);
  };
}

/**
 * Runs the whole path on scratch memory until it is compiled, so that the first samples are not
 * the interpreter's. Alone, on a small host, without holds and costs: only the code is meant.
 * @param counters the thread's own, where the main thread sees how far it is
 */
export function compileByRunning(
  task: ThreadTask,
  algorithms: Algorithms,
  counters: Counters,
): void {
  const rounds = Math.ceil(COMPILING_REGISTRATIONS / task.rehearsal.plan.irqfds);
  const plan = smallPlan(task.plan, { burst: 1, rounds });
  const layout = layOutHost(plan, algorithms);
  const host: Host = { memory: allocateMemory(layout.bytes), layout, plan, algorithms };
  new Population(host.memory, layout, plan, algorithms).advance(plan.vms + plan.burst);
  new Meeting(host.memory, layout, 1).pace.releaseAll();
  const queue = createQueue(host);
  const options =
    queue === null ? {} : { queue: new SelfServedQueue(queue, cleanUpServerOf(host, task, 0)) };
  lifeOf(host, task, 0, { counters, ...options }).run();
  counters.reset();
}
