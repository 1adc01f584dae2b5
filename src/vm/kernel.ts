import type { Recorder } from '../measure/recorder.js';
import { nowNs } from '../sync/clock.js';
import type { ShutdownQueue } from './cleanup-queue.js';
import type { Creator } from './creation.js';
import type { Rcu } from './rcu.js';
import type { Srcu } from './srcu.js';
import type { Ticks } from './ticks.js';

/**
 * The kernel around the lock: theory of operation.
 *
 * A VM's thread meets the bypass manager inside calls of KVM's, and what surrounds the manager in
 * these, and in those that create and destroy a VM, keeps the VMs of a host in step:
 *
 * | call | in the kernel | phase |
 * | --- | --- | --- |
 * | create | `kvm_vm_create_worker_thread()` moves the thread into the VM's control groups, under `cgroup_threadgroup_rwsem`: see `rcu.ts` | `move` |
 * | assign | `kvm_irqfd_assign()` registers inside `srcu_read_lock(&kvm->irq_srcu)`, and waits there for the manager's mutex | `srcu` |
 * | deassign | `kvm_irqfd_deassign()` queues the shutdown on `irqfd_cleanup_wq`, one queue for all VMs, and flushes it, with all that others have queued | `queue` |
 * | (its worker) | `irqfd_shutdown()` waits for the readers of the VM, `synchronize_srcu(&kvm->irq_srcu)`, and then calls `irq_bypass_unregister_consumer()`, which takes the mutex | `grace` |
 * | | the eventfd is closed after it: a callback of RCU | `barrier` |
 * | destroy | `kvm_vm_release()` flushes the queue again, in `kvm_irqfd_release()` | `queue` |
 * | | `kvm_destroy_vm()` stops that thread, which moves itself back | `move` |
 * | | then calls `mmu_notifier_unregister()`: a read section of a domain that all VMs of the host share, and a grace period of it, whose callbacks a timer calls where it was not the first | `destroy` |
 * | | and, for its page tables, `rcu_barrier()` | `barrier` |
 *
 * So a deregistration that waits for the mutex delays whoever deassigns anywhere, and VMs that are
 * destroyed at the same time leave together, at a tick, to come back together.
 *
 * Each call has an interface of its own and each phase is a small class around it, so what a run
 * does not have costs it nothing: `create-life.ts` puts them together, `bare.ts` is what they
 * surround. Where there is no queue, the VM's own thread does what the worker would.
 */
export interface Assigner {
  /** @param consumer the irqfd's address */
  assign(consumer: number): void;
}

export interface Deassigner {
  deassign(consumer: number): void;
}

export interface Destroyer {
  /** The VM has no irqfds any more and goes. */
  destroy(): void;
  /** It will not come again. */
  leave(): void;
}

/** Phase `srcu`. */
export class ReadSection implements Assigner {
  private readonly assigner: Assigner;
  private readonly srcu: Srcu;

  constructor(assigner: Assigner, srcu: Srcu) {
    this.assigner = assigner;
    this.srcu = srcu;
  }

  assign(consumer: number): void {
    const index = this.srcu.readLock();
    this.assigner.assign(consumer);
    this.srcu.readUnlock(index);
  }
}

/** Phase `grace`. */
export class GracePeriod implements Deassigner {
  private readonly deassigner: Deassigner;
  private readonly srcu: Srcu;

  constructor(deassigner: Deassigner, srcu: Srcu) {
    this.deassigner = deassigner;
    this.srcu = srcu;
  }

  deassign(consumer: number): void {
    this.srcu.synchronize();
    this.deassigner.deassign(consumer);
  }
}

/** Phase `queue`: somebody else does it, and the caller waits. */
export class QueuedShutdown implements Deassigner {
  private readonly queue: ShutdownQueue;
  private readonly vm: number;

  constructor(queue: ShutdownQueue, vm: number) {
    this.queue = queue;
    this.vm = vm;
  }

  deassign(consumer: number): void {
    this.queue.push(consumer, this.vm);
    this.queue.flush();
  }
}

/** Phase `queue`: a VM that goes waits for what others have queued, too. */
export class ReleaseFlush implements Destroyer {
  private readonly destroyer: Destroyer;
  private readonly queue: ShutdownQueue;

  constructor(destroyer: Destroyer, queue: ShutdownQueue) {
    this.destroyer = destroyer;
    this.queue = queue;
  }

  destroy(): void {
    this.queue.flush();
    this.destroyer.destroy();
  }

  leave(): void {
    this.queue.leave();
    this.destroyer.leave();
  }
}

/** Phase `destroy`. The section is that of the notifier's `release()`, which costs nothing here. */
export class SharedGracePeriod implements Destroyer {
  private readonly destroyer: Destroyer;
  private readonly srcu: Srcu;
  private readonly ticks: Ticks | null;

  /** @param ticks null where no tick is known */
  constructor(destroyer: Destroyer, srcu: Srcu, ticks: Ticks | null) {
    this.destroyer = destroyer;
    this.srcu = srcu;
    this.ticks = ticks;
  }

  destroy(): void {
    this.destroyer.destroy();
    const index = this.srcu.readLock();
    this.srcu.readUnlock(index);
    const isExpedited = this.srcu.synchronize();
    // `srcu_gp_end()`: the callbacks of a grace period that nobody hurries wait for a timer.
    if (!isExpedited && this.ticks !== null) this.ticks.sleepTimer();
  }

  leave(): void {
    this.destroyer.leave();
  }
}

/** Phase `move`: a VM has a worker thread, which is moved into its control groups. */
export class MovedWorker implements Creator {
  private readonly creation: Creator;
  private readonly rcu: Rcu;

  constructor(creation: Creator, rcu: Rcu) {
    this.creation = creation;
    this.rcu = rcu;
  }

  create(round: number): void {
    this.creation.create(round);
    this.rcu.moveThread();
  }
}

/** Phase `move`: and back, before the VM goes. */
export class ReturnedWorker implements Destroyer {
  private readonly destroyer: Destroyer;
  private readonly rcu: Rcu;

  constructor(destroyer: Destroyer, rcu: Rcu) {
    this.destroyer = destroyer;
    this.rcu = rcu;
  }

  destroy(): void {
    this.destroyer.destroy();
    this.rcu.moveThread();
  }

  leave(): void {
    this.destroyer.leave();
  }
}

/** Phase `barrier`: the eventfd is closed, too. */
export class ClosedEventfd implements Deassigner {
  private readonly deassigner: Deassigner;
  private readonly rcu: Rcu;

  constructor(deassigner: Deassigner, rcu: Rcu) {
    this.deassigner = deassigner;
    this.rcu = rcu;
  }

  deassign(consumer: number): void {
    this.deassigner.deassign(consumer);
    this.rcu.callLater();
  }
}

/** Phase `barrier`: waits until what others were to do later has been done. */
export class FreedPageTables implements Destroyer {
  private readonly destroyer: Destroyer;
  private readonly rcu: Rcu;

  constructor(destroyer: Destroyer, rcu: Rcu) {
    this.destroyer = destroyer;
    this.rcu = rcu;
  }

  destroy(): void {
    this.destroyer.destroy();
    this.rcu.barrier();
  }

  leave(): void {
    this.destroyer.leave();
  }
}

/** The whole of a deassign, as its caller sees it. */
export class TimedDeassign implements Deassigner {
  private readonly deassigner: Deassigner;
  private readonly recorder: Recorder;

  constructor(deassigner: Deassigner, recorder: Recorder) {
    this.deassigner = deassigner;
    this.recorder = recorder;
  }

  deassign(consumer: number): void {
    const begunNs = nowNs();
    this.deassigner.deassign(consumer);
    this.recorder.deassign(nowNs() - begunNs);
  }
}

/** The same of a destroy. */
export class TimedDestroy implements Destroyer {
  private readonly destroyer: Destroyer;
  private readonly recorder: Recorder;

  constructor(destroyer: Destroyer, recorder: Recorder) {
    this.destroyer = destroyer;
    this.recorder = recorder;
  }

  destroy(): void {
    const begunNs = nowNs();
    this.destroyer.destroy();
    this.recorder.destroy(nowNs() - begunNs);
  }

  leave(): void {
    this.destroyer.leave();
  }
}
