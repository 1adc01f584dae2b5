import type { Manager } from '../irqbypass/manager.js';
import { clearToken, FIELD } from '../irqbypass/objects.js';
import { COUNTER, type Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { countRegistration, isOptedOut } from './bare.js';

const { EVENTFD_HI, EVENTFD_LO } = FIELD;

/**
 * The devices of a VM, whose interrupts VFIO registers as producers (`vfio_msi_set_vector_signal()`
 * of drivers/vfio/pci/vfio_pci_intrs.c): without asking KVM whether the irqfd opted out, so that
 * some find nobody, and outside of KVM's locks. Only a kernel compiled without the manager has no
 * producers either.
 */
export class Devices {
  private readonly words: Int32Array;
  private readonly manager: Manager;
  private readonly counters: Counters;
  private readonly producersAt: number;
  private readonly count: number;

  /** @param producersAt where the VM's producers' addresses are */
  constructor(
    memory: SharedMemory,
    manager: Manager,
    counters: Counters,
    producersAt: number,
    count: number,
  ) {
    this.words = memory.words;
    this.manager = manager;
    this.counters = counters;
    this.producersAt = producersAt;
    this.count = count;
  }

  register(): void {
    for (let i = 0; i < this.count; i++) {
      const producer = this.words[this.producersAt + i] as number;
      if (isOptedOut(this.words, producer)) continue;
      const hi = this.words[producer + EVENTFD_HI] as number;
      const lo = this.words[producer + EVENTFD_LO] as number;
      const error = this.manager.registerProducer(producer, hi, lo);
      // VFIO does so, and must: see the old mistake in manager.ts.
      if (error !== 0) clearToken(this.words, producer);
      countRegistration(this.counters, error);
    }
  }

  unregister(): void {
    for (let i = 0; i < this.count; i++) {
      const producer = this.words[this.producersAt + i] as number;
      if (isOptedOut(this.words, producer)) continue;
      this.manager.unregisterProducer(producer);
      this.counters.add(COUNTER.deregistrations, 1);
    }
  }
}
