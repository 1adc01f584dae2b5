import { EBUSY, EINVAL, ENOMEM } from '../irqbypass/errno.js';
import type { Manager } from '../irqbypass/manager.js';
import { clearToken, FIELD, NO_BYPASS as OPTED_OUT } from '../irqbypass/objects.js';
import type { Recorder } from '../measure/recorder.js';
import { nowNs } from '../sync/clock.js';
import { COUNTER, Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { spinFor } from '../sync/spin.js';
import { type HostLayout, type HostPlan, type Meeting, progressWord } from './host.js';

/** This module's own: V8 folds such constants, but reads imported ones from memory each time. */
const { FLAGS, EVENTFD_HI, EVENTFD_LO } = FIELD;
const NO_BYPASS = OPTED_OUT;

/**
 * The life of one burst VM, as the reproducer `kvm_irqfd_fork` leads it: create, irqchip, assign
 * its irqfds one by one, hold, deassign them one by one, destroy; and again.
 *
 * create, irqchip and destroy are the CPU time they cost. assign and deassign are the bypass
 * manager's part of `KVM_IRQFD`, timed call by call; as KVM does, they ignore what a refused
 * consumer's registration returned: the guest gets its interrupts all the same.
 *
 * An irqfd that opted out is assigned and deassigned like any other, which costs the look at its
 * flag: `kvm_irqfd_assign()` asks whether the host bypasses at all (`kvm_arch_has_irq_bypass()`)
 * before it registers. Its device's producer registers all the same: VFIO does so without asking
 * KVM, and finds nobody. Only a kernel compiled without the manager has no producers either.
 */
export class VmLife {
  private readonly words: Int32Array;
  private readonly plan: HostPlan;
  private readonly manager: Manager;
  private readonly recorder: Recorder;
  private readonly counters: Counters;
  private readonly entryCounters: Counters;
  private readonly meeting: Meeting;
  private readonly progressAt: number;
  private readonly consumersAt: number;
  private readonly producersAt: number;

  constructor(
    memory: SharedMemory,
    layout: HostLayout,
    plan: HostPlan,
    vm: number,
    manager: Manager,
    recorder: Recorder,
    counters: Counters,
    meeting: Meeting,
  ) {
    this.words = memory.words;
    this.plan = plan;
    this.manager = manager;
    this.recorder = recorder;
    this.counters = counters;
    this.entryCounters = new Counters(memory, layout.bypass.entryCountersAt, vm);
    this.meeting = meeting;
    this.progressAt = progressWord(layout, vm);
    this.consumersAt = layout.consumerTableAt + vm * plan.irqfds;
    this.producersAt = layout.producerTableAt + vm * plan.producersPerVm;
  }

  /** Rounds up to 0 are warm-up; the measured ones count from 1. */
  run(): void {
    let round = 1 - this.plan.warmupRounds;
    while (round <= this.plan.rounds && this.beginRound(round)) {
      this.create();
      this.irqchip();
      const assigned = this.assign();
      this.hold();
      this.deassign(assigned);
      this.destroy();
      round++;
    }
    Atomics.store(this.words, this.progressAt, round);
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

  private create(): void {
    this.spend(this.plan.createCostNs);
  }

  private irqchip(): void {
    this.spend(this.plan.irqchipCostNs);
  }

  /** @returns how many irqfds were assigned: all, unless the run is to end */
  private assign(): number {
    const begunNs = nowNs();
    if (this.plan.producerOrder === 'before') this.registerProducers();
    let assigned = 0;
    while (assigned < this.plan.irqfds && !this.meeting.stop.isSet()) {
      this.assignIrqfd(this.words[this.consumersAt + assigned] as number);
      assigned++;
    }
    if (this.plan.producerOrder === 'after') this.registerProducers();
    if (assigned === this.plan.irqfds) this.recorder.vmReady(nowNs() - begunNs);
    return assigned;
  }

  private hold(): void {
    this.meeting.stop.sleep(this.plan.holdNs);
  }

  private deassign(assigned: number): void {
    if (this.plan.producerOrder === 'after') this.unregisterProducers();
    for (let i = 0; i < assigned; i++) {
      this.deassignIrqfd(this.words[this.consumersAt + i] as number);
    }
    if (this.plan.producerOrder === 'before') this.unregisterProducers();
  }

  private destroy(): void {
    this.spend(this.plan.destroyCostNs);
  }

  private spend(costNs: number): void {
    if (costNs > 0 && !this.meeting.stop.isSet()) spinFor(costNs);
  }

  private assignIrqfd(consumer: number): void {
    const hi = this.words[consumer + EVENTFD_HI] as number;
    const lo = this.words[consumer + EVENTFD_LO] as number;
    const begunNs = nowNs();
    if (this.isOptedOut(consumer)) {
      this.recorder.register(nowNs() - begunNs);
      this.counters.add(COUNTER.optedOut, 1);
      return;
    }
    const error = this.manager.registerConsumer(consumer, hi, lo);
    this.recorder.register(nowNs() - begunNs);
    this.countRegistration(error);
  }

  private deassignIrqfd(consumer: number): void {
    const begunNs = nowNs();
    if (this.isOptedOut(consumer)) {
      this.recorder.deregister(nowNs() - begunNs);
      return;
    }
    this.manager.unregisterConsumer(consumer);
    this.recorder.deregister(nowNs() - begunNs);
    this.counters.add(COUNTER.deregistrations, 1);
  }

  private isOptedOut(object: number): boolean {
    return ((this.words[object + FLAGS] as number) & NO_BYPASS) !== 0;
  }

  private registerProducers(): void {
    for (let i = 0; i < this.plan.producersPerVm; i++) {
      const producer = this.words[this.producersAt + i] as number;
      if (this.isOptedOut(producer)) continue;
      const hi = this.words[producer + EVENTFD_HI] as number;
      const lo = this.words[producer + EVENTFD_LO] as number;
      const error = this.manager.registerProducer(producer, hi, lo);
      // VFIO does so, and must: see the old mistake in manager.ts.
      if (error !== 0) clearToken(this.words, producer);
      this.countRegistration(error);
    }
  }

  private unregisterProducers(): void {
    for (let i = 0; i < this.plan.producersPerVm; i++) {
      const producer = this.words[this.producersAt + i] as number;
      if (this.isOptedOut(producer)) continue;
      this.manager.unregisterProducer(producer);
      this.counters.add(COUNTER.deregistrations, 1);
    }
  }

  private countRegistration(error: number): void {
    this.counters.add(COUNTER.registrations, 1);
    if (error !== 0) this.countError(-error);
  }

  private countError(errno: number): void {
    let counter: number = COUNTER.errorCallback;
    if (errno === EBUSY) counter = COUNTER.errorBusy;
    else if (errno === ENOMEM) counter = COUNTER.errorNoMemory;
    else if (errno === EINVAL) counter = COUNTER.errorInvalid;
    this.counters.add(counter, 1);
  }
}
