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
  | 'nodes'
  | 'seed'
>;

/** Where everything of a run lies in the shared memory. Plain data: it goes to the workers. */
export interface HostLayout {
  readonly bytes: number;
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
}

/** @param isPacked whether objects lie close together: see `ObjectArea` */
export function layOutHost(plan: HostPlan, algorithms: Algorithms, isPacked = false): HostLayout {
  const layout = new Layout();
  const allVms = plan.vms + plan.burst;
  const parts = {
    stopAt: layout.reserve(1),
    gateAt: layout.reserve(GATE_WORDS),
    parkedAt: layout.reserve(1),
    doomAt: layout.reserve(1),
    barrierAt: layout.reserve(BARRIER_WORDS),
    paceAt: layout.reserve(1),
    progressAt: layout.reserve(LINE_WORDS * plan.burst),
    countersAt: reserveCounters(layout, plan.burst),
    consumerTableAt: layout.reserve(plan.burst * plan.irqfds),
    producerTableAt: layout.reserve(plan.burst * plan.producersPerVm),
    recorders: reserveRecorders(layout, plan.burst, plan.irqfds, plan.rounds),
    bypass: reserveBypass(
      layout,
      {
        strategy: plan.strategy,
        threads: plan.burst,
        nodes: plan.nodes,
        consumers: allVms * plan.irqfds,
        producers: allVms * plan.producersPerVm,
        loggedCallbacks: 0,
        isPacked,
      },
      algorithms,
    ),
  };
  return { ...parts, bytes: layout.totalBytes };
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
