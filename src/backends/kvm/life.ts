import type { Recorder } from '../../measure/recorder.js';
import type { RunPlan } from '../../model/run-plan.js';
import { nowNs } from '../../sync/clock.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { KvmVm } from './kvm-vm.js';
import { type CrewLayout, type CrewWords, monotonicNs, type Phase, phaseCell } from './shared.js';

/**
 * The life of one burst VM on the real kernel, as the reproducer `kvm_irqfd_fork` leads it:
 * create, irqchip, assign its irqfds one by one, hold, deassign and close them one by one,
 * destroy; and again. Its eventfds begin at 0, as a VMM's do: nothing is injected.
 */
export class KvmLife {
  private readonly memory: SharedMemory;
  private readonly layout: CrewLayout;
  private readonly plan: RunPlan;
  private readonly vm: number;
  private readonly kvm: KvmVm;
  private readonly recorder: Recorder;
  private readonly words: CrewWords;

  /** @param vm its place among those of the process */
  constructor(
    memory: SharedMemory,
    layout: CrewLayout,
    plan: RunPlan,
    vm: number,
    kvm: KvmVm,
    recorder: Recorder,
    words: CrewWords,
  ) {
    this.memory = memory;
    this.layout = layout;
    this.plan = plan;
    this.vm = vm;
    this.kvm = kvm;
    this.recorder = recorder;
    this.words = words;
  }

  /**
   * Rounds up to 0 are warm-up; the measured ones count from 1.
   * @param onRound told of each round that is over
   */
  run(onRound: (round: number) => void): void {
    const { stop } = this.words;
    try {
      for (let round = 1 - this.plan.warmupRounds; round <= this.plan.rounds; round++) {
        this.awaitRound(round);
        if (stop.isSet()) return;
        this.live(round);
        if (stop.isSet()) return;
        onRound(round);
      }
    } finally {
      this.kvm.close();
    }
  }

  private awaitRound(round: number): void {
    const { stop, pace } = this.words;
    pace.await(round + this.plan.warmupRounds, stop);
    const beginNs = this.words.beginNs();
    // Every process begins at the same moment, however late each was told of it.
    if (beginNs > 0) stop.sleep(beginNs - monotonicNs());
  }

  private live(round: number): void {
    this.phase('create', round, () => this.kvm.create());
    this.phase('irqchip', round, () => this.kvm.createIrqchip());
    const assigned = this.assign(round);
    this.words.stop.sleep(this.plan.holdNs);
    for (let irqfd = 0; irqfd < assigned; irqfd++) {
      const tookNs = this.kvm.deassign(irqfd);
      if (round >= 1) this.recorder.deregister(tookNs);
      this.kvm.closeEventfd(irqfd);
    }
    this.phase('destroy', round, () => this.kvm.destroy());
    if (round >= 1) this.memory.words[this.layout.roundsAt + this.vm] = round;
  }

  /** @returns how many irqfds were assigned: all, unless the run is to end */
  private assign(round: number): number {
    const { irqfds } = this.plan;
    const begunNs = nowNs();
    let assigned = 0;
    while (assigned < irqfds && !this.words.stop.isSet()) {
      this.kvm.openEventfd(assigned);
      const tookNs = this.kvm.assign(assigned);
      if (round >= 1) this.recorder.register(tookNs);
      assigned++;
    }
    if (round >= 1 && assigned === irqfds) this.recorder.vmReady(nowNs() - begunNs);
    return assigned;
  }

  private phase(phase: Phase, round: number, work: () => void): void {
    const begunNs = nowNs();
    work();
    if (round < 1) return;
    this.memory.doubles[phaseCell(this.layout, this.vm, phase, round - 1)] = nowNs() - begunNs;
  }
}
