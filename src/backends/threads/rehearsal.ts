import type { Algorithms } from '../../irqbypass/algorithms.js';
import { allocateMemory, type SharedMemory } from '../../sync/memory.js';
import {
  type HostLayout,
  type HostPlan,
  layOutHost,
  Meeting,
  progressWord,
} from '../../vm/host.js';
import { Population } from '../../vm/populate.js';

/**
 * Hosts to make code ready on, whose samples nobody looks at. V8 optimises for what it has seen:
 * where a lock's slow path was never called, its first wait throws the optimised registration
 * away, and that VM is three times as slow until it has been hot again. So all burst VMs rehearse
 * together on a small host, in each other's way, before each runs alone until it is compiled.
 */

/** Their sections are the interpreter's, with all of them at once: that is contention enough. */
const ROUNDS = 16;
const HOLD_NS = 50e3;
/** Enough of them that hash chains are walked. */
const BACKGROUND_VMS = 16;
const MOST_IRQFDS = 16;

/** A small host of this plan's kind, that costs nothing but the code. */
export function smallPlan(plan: HostPlan, changes: Partial<HostPlan>): HostPlan {
  const irqfds = Math.min(plan.irqfds, MOST_IRQFDS);
  return {
    ...plan,
    vms: BACKGROUND_VMS,
    irqfds,
    producersPerVm: Math.min(plan.producersPerVm, irqfds),
    warmupRounds: 0,
    holdNs: 0,
    connectCostNs: 0,
    createCostNs: 0,
    irqchipCostNs: 0,
    destroyCostNs: 0,
    assignCostNs: 0,
    createWaits: [],
    irqGraceNs: 0,
    destroyGraceNs: 0,
    tickNs: 0,
    ...changes,
  };
}

/** What goes to the workers. */
export interface RehearsalTask {
  readonly buffer: SharedArrayBuffer;
  readonly layout: HostLayout;
  readonly plan: HostPlan;
}

export class Rehearsal {
  readonly memory: SharedMemory;
  readonly task: RehearsalTask;
  private readonly meeting: Meeting;

  constructor(whole: HostPlan, algorithms: Algorithms) {
    const plan = smallPlan(whole, { rounds: ROUNDS, holdNs: HOLD_NS, release: 'together' });
    const layout = layOutHost(plan, algorithms);
    this.memory = allocateMemory(layout.bytes);
    this.task = { buffer: this.memory.words.buffer, layout, plan };
    this.meeting = new Meeting(this.memory, layout, plan.burst);
    this.meeting.pace.releaseAll();
    new Population(this.memory, layout, plan, algorithms).advance(plan.vms + plan.burst);
  }

  /** Whether every VM has done all its rounds. */
  isOver(): boolean {
    const { plan, layout } = this.task;
    for (let vm = 0; vm < plan.burst; vm++) {
      if (Atomics.load(this.memory.words, progressWord(layout, vm)) <= plan.rounds) return false;
    }
    return true;
  }

  cancel(): void {
    this.meeting.cancel();
  }
}
