import type { Algorithms } from '../irqbypass/algorithms.js';
import { type BypassLayout, reserveBypass } from '../irqbypass/bypass-layout.js';
import { type RecorderLayout, reserveRecorders } from '../measure/recorder.js';
import type { RunPlan } from '../model/run-plan.js';
import { BARRIER_WORDS, Barrier } from '../sync/barrier.js';
import { reserveCounters } from '../sync/counters.js';
import { GATE_WORDS, Gate } from '../sync/gate.js';
import { Layout, LINE_WORDS } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import { Pace } from '../sync/pace.js';
import { StopWord } from '../sync/stop.js';
import { type CleanUpLayout, reserveCleanUpQueue } from './cleanup-queue.js';
import { reserveRcu } from './rcu.js';
import { reserveSrcu, type SrcuLayout } from './srcu.js';

/** The parts of a plan that decide what a host looks like and how its VMs live. */
export type HostPlan = Pick<
  RunPlan,
  | 'vms'
  | 'burst'
  | 'irqfds'
  | 'rounds'
  | 'warmupRounds'
  | 'holdNs'
  | 'release'
  | 'strategy'
  | 'producersPerVm'
  | 'producerOrder'
  | 'connectCostNs'
  | 'connectMode'
  | 'connectFailureRate'
  | 'createCostNs'
  | 'irqchipCostNs'
  | 'destroyCostNs'
  | 'assignCostNs'
  | 'createWaits'
  | 'phases'
  | 'irqGraceNs'
  | 'destroyGraceNs'
  | 'tickNs'
  | 'nodes'
  | 'seed'
>;

/** Where everything of a run lies in the shared memory. Plain data: it goes to the workers. */
export interface HostLayout {
  readonly bytes: number;
  /** That take locks and count: the burst VMs' first, then the workers of the clean-up queue. */
  readonly threads: number;
  readonly stopAt: number;
  readonly gateAt: number;
  /** How many background VMs with threads of their own have gone to sleep. */
  readonly parkedAt: number;
  /** The number of a thread that is to be killed, or 0: see the faults. */
  readonly doomAt: number;
  readonly barrierAt: number;
  readonly paceAt: number;
  /** Each burst VM's current round, a cache line apart: 1 … rounds, less while it warms up. */
  readonly progressAt: number;
  readonly countersAt: number;
  /** The burst VMs' consumers' addresses, VM by VM; then, likewise, their producers'. */
  readonly consumerTableAt: number;
  readonly producerTableAt: number;
  readonly bypass: BypassLayout;
  readonly recorders: RecorderLayout;
  readonly kernel: KernelLayout;
}

/** What is around the manager, as far as the plan's phases have it. */
export interface KernelLayout {
  /** By burst VM: `kvm->irq_srcu`. */
  readonly irqSrcu: readonly SrcuLayout[];
  /** The domain of the memory notifiers, which all VMs share. */
  readonly sharedSrcu: SrcuLayout | null;
  readonly queue: CleanUpLayout | null;
  /** Where the series of RCU's grace periods is kept. */
  readonly rcuAt: number | null;
}

/**
 * @param workers of the clean-up queue, where there is one: the kernel's has as many as there are
 *   shutdowns that sleep, up to 256 a CPU
 * @param isPacked whether objects lie close together: see `ObjectArea`
 */
export function layOutHost(
  plan: HostPlan,
  algorithms: Algorithms,
  workers = 1,
  isPacked = false,
): HostLayout {
  const layout = new Layout();
  const allVms = plan.vms + plan.burst;
  const threads = plan.burst + (plan.phases.includes('queue') ? workers : 0);
  const parts = {
    threads,
    stopAt: layout.reserve(1),
    gateAt: layout.reserve(GATE_WORDS),
    parkedAt: layout.reserve(1),
    doomAt: layout.reserve(1),
    barrierAt: layout.reserve(BARRIER_WORDS),
    paceAt: layout.reserve(1),
    progressAt: layout.reserve(LINE_WORDS * plan.burst),
    countersAt: reserveCounters(layout, threads),
    consumerTableAt: layout.reserve(plan.burst * plan.irqfds),
    producerTableAt: layout.reserve(plan.burst * plan.producersPerVm),
    recorders: reserveRecorders(
      layout,
      plan.burst,
      plan.irqfds,
      plan.rounds,
      plan.phases.length > 0,
    ),
    bypass: reserveBypass(
      layout,
      {
        strategy: plan.strategy,
        threads,
        spread: plan.burst,
        nodes: plan.nodes,
        consumers: allVms * plan.irqfds,
        producers: allVms * plan.producersPerVm,
        loggedCallbacks: 0,
        isPacked,
      },
      algorithms,
    ),
    kernel: layOutKernel(layout, plan, workers),
  };
  return { ...parts, bytes: layout.totalBytes };
}

function layOutKernel(
  layout: Layout,
  { phases, burst, irqfds }: HostPlan,
  workers: number,
): KernelLayout {
  const hasIrqSrcu = phases.includes('srcu') || phases.includes('grace');
  return {
    // Of a VM only its own thread assigns.
    irqSrcu: Array.from({ length: hasIrqSrcu ? burst : 0 }, () => reserveSrcu(layout, 1)),
    sharedSrcu: phases.includes('destroy') ? reserveSrcu(layout, burst) : null,
    queue: phases.includes('queue') ? reserveCleanUpQueue(layout, burst, irqfds, workers) : null,
    rcuAt: phases.includes('move') || phases.includes('barrier') ? reserveRcu(layout) : null,
  };
}

/** What the run's threads meet at: built over the same words by everybody. */
export class Meeting {
  readonly stop: StopWord;
  readonly gate: Gate;
  readonly barrier: Barrier;
  readonly pace: Pace;

  constructor(memory: SharedMemory, layout: HostLayout, burst: number) {
    this.stop = new StopWord(memory.words, layout.stopAt);
    this.gate = new Gate(memory.words, layout.gateAt);
    this.barrier = new Barrier(memory.words, layout.barrierAt, burst);
    this.pace = new Pace(memory.words, layout.paceAt);
  }

  /** Ends the run: whoever sleeps or waits wakes, cleans up and leaves. */
  cancel(): void {
    this.stop.set();
    this.gate.open();
    this.pace.releaseAll();
    this.barrier.open();
  }
}

export function progressWord(layout: HostLayout, vm: number): number {
  return layout.progressAt + vm * LINE_WORDS;
}
