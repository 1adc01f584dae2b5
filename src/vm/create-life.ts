import type { Algorithms } from '../irqbypass/algorithms.js';
import { createManager } from '../irqbypass/bypass-layout.js';
import type { Manager } from '../irqbypass/manager.js';
import type { Lock } from '../locks/lock.js';
import { Recorder } from '../measure/recorder.js';
import { Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import type { StopWord } from '../sync/stop.js';
import { BareDestroy, BypassCalls } from './bare.js';
import { type CleanUpLayout, CleanUpQueue, type ShutdownQueue } from './cleanup-queue.js';
import { CleanUpServer } from './cleanup-server.js';
import { Creation, type Creator, type WaitBuckets } from './creation.js';
import { Devices } from './devices.js';
import { type HostLayout, type HostPlan, Meeting, progressWord } from './host.js';
import {
  type Assigner,
  ClosedEventfd,
  type Deassigner,
  type Destroyer,
  FreedPageTables,
  GracePeriod,
  MovedWorker,
  QueuedShutdown,
  ReadSection,
  ReleaseFlush,
  ReturnedWorker,
  SharedGracePeriod,
  TimedDeassign,
  TimedDestroy,
} from './kernel.js';
import { VmLife } from './life.js';
import { Rcu } from './rcu.js';
import { Srcu, type SrcuLayout } from './srcu.js';
import { Ticks } from './ticks.js';

/** Puts together what the threads of a host run, as its phases want it. */

export interface Host {
  readonly memory: SharedMemory;
  readonly layout: HostLayout;
  readonly plan: HostPlan;
  readonly algorithms: Algorithms;
}

export interface SeatOptions {
  /** Puts something around every lock of the manager's tables, that of a thread with these cells. */
  readonly wrapLock?: (lock: Lock, counters: Counters) => Lock;
  /** Cells to count in that are not the host's. */
  readonly counters?: Counters;
}

export interface LifeOptions extends SeatOptions {
  /** Takes the place of the host's clean-up queue, where there is one. */
  readonly queue?: ShutdownQueue;
  /** Puts something around the creation, which begins each round. */
  readonly wrapCreation?: (creation: Creator) => Creator;
  /** Where the thread's clock begins, on one that all threads have in common. */
  readonly originNs?: number;
}

/** What one burst VM's thread runs. */
export function createLife(host: Host, vm: number, options: LifeOptions = {}): VmLife {
  const { memory, layout, plan } = host;
  const meeting = new Meeting(memory, layout, plan.burst);
  const { counters, entryCounters, manager } = createSeat(host, vm, options);
  const recorder = new Recorder(memory, layout.recorders, vm);
  const calls = new BypassCalls(memory, manager, recorder, counters);
  const { producersPerVm: count } = plan;
  const producersAt = layout.producerTableAt + vm * count;
  const { wrapCreation = (creation) => creation } = options;
  const around = aroundCalls(host, vm, calls, recorder, meeting, options);
  return new VmLife(memory, plan, {
    ...around,
    creation: wrapCreation(around.creation),
    devices: new Devices(memory, manager, counters, producersAt, count),
    recorder,
    counters,
    entryCounters,
    meeting,
    progressAt: progressWord(layout, vm),
    consumersAt: layout.consumerTableAt + vm * plan.irqfds,
  });
}

/** The host's clean-up queue, or null where its phases have none. */
export function createQueue({
  memory,
  layout,
}: Pick<Host, 'memory' | 'layout'>): CleanUpQueue | null {
  const { queue } = layout.kernel;
  return queue && new CleanUpQueue(memory, queue);
}

/**
 * What one worker of the clean-up queue runs, of a host that has one.
 * @param worker from 0
 */
export function createCleanUpServer(
  host: Host,
  worker: number,
  options: SeatOptions = {},
): CleanUpServer {
  const { memory, layout, plan } = host;
  const { stop } = new Meeting(memory, layout, plan.burst);
  const seat = createSeat(host, plan.burst + worker, options);
  const vms = Array.from({ length: plan.burst }, (_, vm) => vm);
  return new CleanUpServer(
    new CleanUpQueue(memory, layout.kernel.queue as CleanUpLayout),
    seat.counters,
    seat.entryCounters,
    vms.map((vm) => {
      const recorder = new Recorder(memory, layout.recorders, vm);
      const calls = new BypassCalls(memory, seat.manager, recorder, seat.counters);
      return shutdownOf(host, vm, calls, stop);
    }),
    vms.map((vm) => new Counters(memory, layout.countersAt, vm)),
    vms.map((vm) => new Counters(memory, layout.bypass.entryCountersAt, vm)),
  );
}

interface ThreadSeat {
  readonly counters: Counters;
  readonly entryCounters: Counters;
  readonly manager: Manager;
}

/** A thread's place at the manager. */
function createSeat(
  { memory, layout, plan, algorithms }: Host,
  thread: number,
  options: SeatOptions,
): ThreadSeat {
  const { wrapLock = (lock) => lock } = options;
  const counters = options.counters ?? new Counters(memory, layout.countersAt, thread);
  const manager = createManager({
    memory,
    layout: layout.bypass,
    algorithms,
    costs: plan,
    self: thread,
    counters,
    wrapLock: (lock) => wrapLock(lock, counters),
  });
  const entryCounters = new Counters(memory, layout.bypass.entryCountersAt, thread);
  return { counters, entryCounters, manager };
}

interface AroundCalls {
  readonly creation: Creator;
  readonly assigner: Assigner;
  readonly deassigner: Deassigner;
  readonly destroyer: Destroyer;
}

function aroundCalls(
  host: Host,
  vm: number,
  calls: BypassCalls,
  recorder: Recorder,
  { stop }: Meeting,
  options: LifeOptions,
): AroundCalls {
  const { plan } = host;
  const { sharedSrcu } = host.layout.kernel;
  const waits = waitBucketsOf(plan.createWaits);
  let creation: Creator = new Creation(plan.createCostNs, waits, plan.seed, vm, stop);
  let destroyer: Destroyer = new BareDestroy(plan.destroyCostNs, stop);
  if (plan.phases.length === 0) return { creation, assigner: calls, deassigner: calls, destroyer };
  const ticks = plan.tickNs > 0 ? new Ticks(plan.tickNs, options.originNs ?? 0, stop) : null;
  const rcu = ticks && createRcu(host, ticks);
  if (rcu && plan.phases.includes('move')) {
    creation = new MovedWorker(creation, rcu);
    destroyer = new ReturnedWorker(destroyer, rcu);
  }
  if (sharedSrcu) {
    const srcu = createSrcu(host, sharedSrcu, vm, plan.destroyGraceNs, stop);
    destroyer = new SharedGracePeriod(destroyer, srcu, ticks);
  }
  const frees = rcu && plan.phases.includes('barrier');
  if (frees) destroyer = new FreedPageTables(destroyer, rcu);
  const queue = options.queue ?? createQueue(host);
  if (queue) destroyer = new ReleaseFlush(destroyer, queue);
  let deassigner: Deassigner = queue
    ? new QueuedShutdown(queue, vm)
    : shutdownOf(host, vm, calls, stop);
  deassigner = new TimedDeassign(deassigner, recorder);
  if (frees) deassigner = new ClosedEventfd(deassigner, rcu);
  return {
    creation,
    assigner: plan.phases.includes('srcu')
      ? new ReadSection(calls, irqSrcuOf(host, vm, stop))
      : calls,
    deassigner,
    destroyer: new TimedDestroy(destroyer, recorder),
  };
}

function shutdownOf(host: Host, vm: number, calls: BypassCalls, stop: StopWord): Deassigner {
  if (!host.plan.phases.includes('grace')) return calls;
  return new GracePeriod(calls, irqSrcuOf(host, vm, stop));
}

function createRcu({ memory, layout, plan }: Host, ticks: Ticks): Rcu | null {
  const { rcuAt } = layout.kernel;
  return rcuAt === null ? null : new Rcu(memory, rcuAt, plan.tickNs, ticks);
}

/** A VM's own domain, whose one reader is the VM's thread. */
function irqSrcuOf(host: Host, vm: number, stop: StopWord): Srcu {
  const domain = host.layout.kernel.irqSrcu[vm] as SrcuLayout;
  return createSrcu(host, domain, 0, host.plan.irqGraceNs, stop);
}

function createSrcu(
  { memory }: Host,
  domain: SrcuLayout,
  reader: number,
  leastNs: number,
  stop: StopWord,
): Srcu {
  return new Srcu(memory, domain, reader, leastNs, stop);
}

/** A measured histogram as a VM draws from it. */
export function waitBucketsOf(histogram: HostPlan['createWaits']): WaitBuckets {
  const all = histogram.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  return {
    count: histogram.length,
    shares: Float64Array.from(histogram, ({ count }) => {
      before += count;
      return before / all;
    }),
    fromNs: Float64Array.from(histogram, ({ fromNs }) => fromNs),
    toNs: Float64Array.from(histogram, ({ toNs }) => toNs),
  };
}
