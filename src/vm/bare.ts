import { EBUSY, EINVAL, ENOMEM } from '../irqbypass/errno.js';
import type { Manager } from '../irqbypass/manager.js';
import { FIELD, NO_BYPASS as OPTED_OUT } from '../irqbypass/objects.js';
import type { Recorder } from '../measure/recorder.js';
import { nowNs } from '../sync/clock.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { spinFor } from '../sync/spin.js';
import type { StopWord } from '../sync/stop.js';
import type { Assigner, Deassigner, Destroyer } from './kernel.js';

/** This module's own: V8 folds such constants, but reads imported ones from memory each time. */
const { FLAGS, EVENTFD_HI, EVENTFD_LO } = FIELD;
const NO_BYPASS = OPTED_OUT;

/**
 * The bypass manager's part of `KVM_IRQFD`, timed call by call: `funclatency
 * irq_bypass_register_consumer` and `irq_bypass_unregister_consumer`. As KVM does, it ignores what
 * a refused consumer's registration returned: the guest gets its interrupts all the same.
 *
 * An irqfd that opted out costs the look at its flag: `kvm_irqfd_assign()` asks whether the host
 * bypasses at all (`kvm_arch_has_irq_bypass()`) before it registers.
 */
export class BypassCalls implements Assigner, Deassigner {
  private readonly words: Int32Array;
  private readonly manager: Manager;
  private readonly recorder: Recorder;
  private readonly counters: Counters;

  /**
   * @param recorder the VM's
   * @param counters the calling thread's
   */
  constructor(memory: SharedMemory, manager: Manager, recorder: Recorder, counters: Counters) {
    this.words = memory.words;
    this.manager = manager;
    this.recorder = recorder;
    this.counters = counters;
  }

  assign(consumer: number): void {
    const hi = this.words[consumer + EVENTFD_HI] as number;
    const lo = this.words[consumer + EVENTFD_LO] as number;
    const begunNs = nowNs();
    if (isOptedOut(this.words, consumer)) {
      this.recorder.register(nowNs() - begunNs);
      this.counters.add(COUNTER.optedOut, 1);
      return;
    }
    const error = this.manager.registerConsumer(consumer, hi, lo);
    this.recorder.register(nowNs() - begunNs);
    countRegistration(this.counters, error);
  }

  deassign(consumer: number): void {
    const begunNs = nowNs();
    if (isOptedOut(this.words, consumer)) {
      this.recorder.deregister(nowNs() - begunNs);
      return;
    }
    this.manager.unregisterConsumer(consumer);
    this.recorder.deregister(nowNs() - begunNs);
    this.counters.add(COUNTER.deregistrations, 1);
  }
}

/** A VM that goes without waiting for anybody: the CPU time it costs. */
export class BareDestroy implements Destroyer {
  private readonly costNs: number;
  private readonly stop: StopWord;

  constructor(costNs: number, stop: StopWord) {
    this.costNs = costNs;
    this.stop = stop;
  }

  destroy(): void {
    spend(this.costNs, this.stop);
  }

  leave(): void {}
}

/** Uses the CPU for as long, unless the run is to end. */
export function spend(costNs: number, stop: StopWord): void {
  if (costNs > 0 && !stop.isSet()) spinFor(costNs);
}

export function isOptedOut(words: Int32Array, object: number): boolean {
  return ((words[object + FLAGS] as number) & NO_BYPASS) !== 0;
}

/** @param error what the manager returned: 0 or a negative errno */
export function countRegistration(counters: Counters, error: number): void {
  counters.add(COUNTER.registrations, 1);
  if (error !== 0) countError(counters, -error);
}

function countError(counters: Counters, errno: number): void {
  let counter: number = COUNTER.errorCallback;
  if (errno === EBUSY) counter = COUNTER.errorBusy;
  else if (errno === ENOMEM) counter = COUNTER.errorNoMemory;
  else if (errno === EINVAL) counter = COUNTER.errorInvalid;
  counters.add(counter, 1);
}
