import type { Recorder } from '../measure/recorder.js';
import { nowNs } from '../sync/clock.js';
import type { Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { spend } from './bare.js';
import type { Creator } from './creation.js';
import type { Devices } from './devices.js';
import type { HostPlan, Meeting } from './host.js';
import type { Assigner, Deassigner, Destroyer } from './kernel.js';

/** What one burst VM's life is made of; `create-life.ts` makes it. */
export interface LifeParts {
  readonly creation: Creator;
  readonly assigner: Assigner;
  readonly deassigner: Deassigner;
  readonly destroyer: Destroyer;
  readonly devices: Devices;
  readonly recorder: Recorder;
  /** Those of the thread: the tables' locks', and the entries'. */
  readonly counters: Counters;
  readonly entryCounters: Counters;
  readonly meeting: Meeting;
  /** Where its round is told, and where its consumers' addresses are. */
  readonly progressAt: number;
  readonly consumersAt: number;
}

/**
 * The life of one burst VM, as the reproducer `kvm_irqfd_fork` leads it: create, irqchip, assign
 * its irqfds one by one, hold, deassign them one by one, destroy; and again.
 *
 * create and irqchip are the time they cost. What assign, deassign and destroy are is the
 * matter of `kernel.ts`.
 */
export class VmLife {
  private readonly words: Int32Array;
  private readonly plan: HostPlan;
  private readonly creation: Creator;
  private readonly assigner: Assigner;
  private readonly deassigner: Deassigner;
  private readonly destroyer: Destroyer;
  private readonly devices: Devices;
  private readonly recorder: Recorder;
  private readonly counters: Counters;
  private readonly entryCounters: Counters;
  private readonly meeting: Meeting;
  private readonly progressAt: number;
  private readonly consumersAt: number;

  constructor(memory: SharedMemory, plan: HostPlan, parts: LifeParts) {
    this.words = memory.words;
    this.plan = plan;
    this.creation = parts.creation;
    this.assigner = parts.assigner;
    this.deassigner = parts.deassigner;
    this.destroyer = parts.destroyer;
    this.devices = parts.devices;
    this.recorder = parts.recorder;
    this.counters = parts.counters;
    this.entryCounters = parts.entryCounters;
    this.meeting = parts.meeting;
    this.progressAt = parts.progressAt;
    this.consumersAt = parts.consumersAt;
  }

  /** Rounds up to 0 are warm-up; the measured ones count from 1. */
  run(): void {
    let round = 1 - this.plan.warmupRounds;
    while (round <= this.plan.rounds && this.beginRound(round)) {
      this.creation.create(round + this.plan.warmupRounds);
      spend(this.plan.irqchipCostNs, this.meeting.stop);
      const assigned = this.assign();
      this.meeting.stop.sleep(this.plan.holdNs);
      this.deassign(assigned);
      this.destroyer.destroy();
      round++;
    }
    Atomics.store(this.words, this.progressAt, round);
    this.destroyer.leave();
  }

  /** @returns false when the run is to end */
  private beginRound(round: number): boolean {
    Atomics.store(this.words, this.progressAt, round);
    if (round <= 1) {
      this.counters.reset();
      this.entryCounters.reset();
      this.recorder.reset();
    }
    this.meeting.pace.await(round + this.plan.warmupRounds, this.meeting.stop);
    if (this.plan.release === 'together') this.meeting.barrier.arrive(this.meeting.stop);
    return !this.meeting.stop.isSet();
  }

  /** @returns how many irqfds were assigned: all, unless the run is to end */
  private assign(): number {
    const begunNs = nowNs();
    if (this.plan.producerOrder === 'before') this.devices.register();
    let assigned = 0;
    while (assigned < this.plan.irqfds && !this.meeting.stop.isSet()) {
      spend(this.plan.assignCostNs, this.meeting.stop);
      this.assigner.assign(this.words[this.consumersAt + assigned] as number);
      assigned++;
    }
    if (this.plan.producerOrder === 'after') this.devices.register();
    if (assigned === this.plan.irqfds) this.recorder.vmReady(nowNs() - begunNs);
    return assigned;
  }

  private deassign(assigned: number): void {
    if (this.plan.producerOrder === 'after') this.devices.unregister();
    for (let i = 0; i < assigned; i++) {
      this.deassigner.deassign(this.words[this.consumersAt + i] as number);
    }
    if (this.plan.producerOrder === 'before') this.devices.unregister();
  }
}
