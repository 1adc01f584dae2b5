/**
 * What of the kernel around the bypass manager a run can have, beside the manager itself: the one
 * table of its phases, in the order in which a VM comes to them. Each can be left out alone, so
 * that one sees which of them causes what. `src/vm/kernel.ts` is how they work.
 */
export const PHASES = {
  srcu: {
    what: 'assign registers inside a read section of its VM',
    source: 'virt/kvm/eventfd.c, kvm_irqfd_assign(): srcu_read_lock(&kvm->irq_srcu)',
  },
  queue: {
    what: 'deassign queues the shutdown on the one queue of all VMs and flushes it; so does destroy',
    source: 'virt/kvm/eventfd.c, irqfd_deactivate(), flush_workqueue(irqfd_cleanup_wq)',
  },
  grace: {
    what: 'a shutdown waits for a grace period of its VM before it deregisters',
    source: 'virt/kvm/eventfd.c, irqfd_shutdown(): synchronize_srcu(&kvm->irq_srcu)',
  },
  move: {
    what: 'creating and destroying a VM move its worker thread to other control groups: grace periods of RCU',
    source: 'virt/kvm/kvm_main.c, kvm_vm_worker_thread(): cgroup_attach_task_all()',
  },
  destroy: {
    what: 'destroy waits for a grace period that all VMs of the host share',
    source: 'mm/mmu_notifier.c, mmu_notifier_unregister(): synchronize_srcu(&srcu)',
  },
  barrier: {
    what: 'destroy waits until all callbacks of RCU have been called that were queued before',
    source: 'arch/x86/kvm/mmu/tdp_mmu.c, kvm_mmu_uninit_tdp_mmu(): rcu_barrier()',
  },
} as const;

export type Phase = keyof typeof PHASES;
export const phaseNames = Object.keys(PHASES) as [Phase, ...Phase[]];
