import { SelfServedQueue } from '../../src/backends/threads/self-served-queue.js';
import { type AuditReport, auditBypass } from '../../src/irqbypass/audit.js';
import { createManager } from '../../src/irqbypass/bypass-layout.js';
import type { Manager } from '../../src/irqbypass/manager.js';
import type { Lock } from '../../src/locks/lock.js';
import { type SampleKind, samplesOf } from '../../src/measure/recorder.js';
import {
  addUpCounters,
  lockStatistics,
  type Totals,
  workCounters,
} from '../../src/measure/totals.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import type { RunResult } from '../../src/model/run-result.js';
import { Counters } from '../../src/sync/counters.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';
import { createCleanUpServer, createLife, createQueue } from '../../src/vm/create-life.js';
import { type HostLayout, layOutHost, Meeting, progressWord } from '../../src/vm/host.js';
import type { VmLife } from '../../src/vm/life.js';
import { Population } from '../../src/vm/populate.js';
import { MUTEX } from './sites.js';

/** A populated host whose burst VMs live in this thread, one after the other. */
export class HostRig {
  readonly plan: RunPlan;
  readonly layout: HostLayout;
  readonly memory: SharedMemory;
  readonly meeting: Meeting;

  /** @param workers of the clean-up queue, where there is one */
  constructor(plan: RunPlan, workers = 1) {
    this.plan = plan;
    this.layout = layOutHost(plan, MUTEX, workers);
    this.memory = allocateMemory(this.layout.bytes);
    this.meeting = new Meeting(this.memory, this.layout, plan.burst);
    this.meeting.pace.releaseAll();
    new Population(this.memory, this.layout, plan, MUTEX).advance(plan.vms + plan.burst);
  }

  /**
   * One burst VM, ready to run.
   * @param wrapLock puts something around its lock
   */
  life(vm: number, wrapLock: (lock: Lock) => Lock = (lock) => lock): VmLife {
    const { memory, layout, plan } = this;
    const host = { memory, layout, plan, algorithms: MUTEX };
    const queue = createQueue(host);
    if (queue === null) return createLife(host, vm, { wrapLock });
    // Nobody else is there to serve it.
    const served = new SelfServedQueue(queue, createCleanUpServer(host, 0, { wrapLock }));
    return createLife(host, vm, { wrapLock, queue: served });
  }

  /** Another view of the host's manager, as the first burst VM's. */
  manager(): Manager {
    const { memory, layout, plan } = this;
    const counters = new Counters(memory, layout.countersAt, 0);
    const seat = { memory, layout: layout.bypass, algorithms: MUTEX, costs: plan };
    return createManager({ ...seat, self: 0, counters });
  }

  samples(vm: number, kind: SampleKind): Float64Array {
    return samplesOf(this.memory, this.layout.recorders, vm, kind);
  }

  progress(vm: number): number {
    return this.memory.words[progressWord(this.layout, vm)] as number;
  }

  /** What one VM counted. */
  counts(vm: number): RunResult['lock'] & RunResult['work'] {
    const totals = this.totals(vm);
    return { ...lockStatistics(totals), ...workCounters(totals) };
  }

  totals(vm: number): Totals {
    return addUpCounters(this.memory, this.layout.countersAt, [vm]);
  }

  audit(): AuditReport {
    return auditBypass(this.memory, this.layout.bypass, MUTEX, {
      backgroundConsumers: this.plan.vms * this.plan.irqfds,
      backgroundProducers: this.plan.vms * this.plan.producersPerVm,
    });
  }
}
