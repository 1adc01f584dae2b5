import type { Layout } from '../sync/layout.js';
import type { SharedMemory } from '../sync/memory.js';
import { spinWhile } from '../sync/spin.js';

/**
 * The clean-up queue that all VMs of a host share: shutdowns of irqfds, in the order in which they
 * were queued, served by workers, several at a time where there are several; and a flush, which
 * waits until everything has been served that was queued when it began.
 * Source: `irqfd_cleanup_wq` of virt/kvm/eventfd.c on kernel/workqueue.c.
 *
 * Who queues takes a *ticket*, the next number, and fills the ticket's slot of a ring; a worker
 * claims tickets in their order. They may be finished in another, so a *mark* follows: every ticket
 * below it is finished. Where the kernel colours works and counts those of each colour, a flush
 * waits for the mark to come to its ticket, and sleeps in the slot of the last ticket before it, so
 * that a worker wakes nobody who would have to sleep again.
 *
 * | word | meaning |
 * | --- | --- |
 * | `TAIL` | the next ticket to be given; workers sleep on it while there is nothing to claim |
 * | `HEAD` | the next ticket to be claimed |
 * | `MARK` | every ticket below is finished |
 * | `IDLE` | how many workers sleep |
 * | `LEFT` | how many of those who queue will do so no more |
 *
 * | word of a slot | meaning |
 * | --- | --- |
 * | `CONSUMER` | what is to be shut down, `END` for a worker; 0 while it is not filled |
 * | `VM` | whose it is; written before the consumer |
 * | `FINISHED` | the ticket that was finished last in this slot, plus 1 |
 * | `PASSED` | the ticket that the mark passed last in this slot, plus 1; flushes sleep on it |
 * | `FLUSHERS` | how many sleep on it |
 *
 * The ring cannot overflow as long as nobody queues more between two flushes than it was laid out
 * for: of the tickets from the mark on, each VM has at most so many, since a flush does not return
 * before the mark has passed all that its VM queued.
 */
const TAIL = 0;
const HEAD = 1;
const MARK = 2;
const IDLE = 3;
const LEFT = 4;
const HEADER_WORDS = 5;

const CONSUMER = 0;
const VM = 1;
const FINISHED = 2;
const PASSED = 3;
const FLUSHERS = 4;
/** Half a cache line. */
const SLOT = 8;

/** Queued for each worker when there is nothing more to come. No address is negative. */
export const END = -1;

export interface CleanUpLayout {
  readonly at: number;
  readonly slotsAt: number;
  /** Slots less one; their number is a power of two, so that tickets can wrap around. */
  readonly mask: number;
  readonly users: number;
  readonly workers: number;
}

/**
 * @param users threads that queue
 * @param each how much one of them queues at most between two flushes
 */
export function reserveCleanUpQueue(
  layout: Layout,
  users: number,
  each: number,
  workers: number,
): CleanUpLayout {
  const slots = 2 ** Math.ceil(Math.log2(users * each + workers));
  return {
    at: layout.reserve(HEADER_WORDS),
    slotsAt: layout.reserve(slots * SLOT),
    mask: slots - 1,
    users,
    workers,
  };
}

/** What a VM's thread does with it. */
export interface ShutdownQueue {
  push(consumer: number, vm: number): void;
  flush(): void;
  /** Nothing more will be queued by the calling thread. */
  leave(): void;
}

export class CleanUpQueue implements ShutdownQueue {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly slotsAt: number;
  private readonly mask: number;
  private readonly users: number;
  private readonly workers: number;

  constructor(memory: SharedMemory, layout: CleanUpLayout) {
    this.words = memory.words;
    this.at = layout.at;
    this.slotsAt = layout.slotsAt;
    this.mask = layout.mask;
    this.users = layout.users;
    this.workers = layout.workers;
  }

  push(consumer: number, vm: number): void {
    const slot = this.slotOf(Atomics.add(this.words, this.at + TAIL, 1));
    this.words[slot + VM] = vm;
    Atomics.store(this.words, slot + CONSUMER, consumer);
    if (Atomics.load(this.words, this.at + IDLE) > 0) Atomics.notify(this.words, this.at + TAIL, 1);
  }

  flush(): void {
    const end = Atomics.load(this.words, this.at + TAIL);
    if (this.isBefore(end)) this.awaitMark(end);
  }

  leave(): void {
    if (Atomics.add(this.words, this.at + LEFT, 1) + 1 === this.users) this.close();
  }

  /** A worker's side: waits for the next shutdown. @returns its ticket */
  claim(): number {
    for (;;) {
      // In this order: a tail read before might lie behind the head, and a ticket be claimed that
      // nobody has taken.
      const head = Atomics.load(this.words, this.at + HEAD);
      const tail = Atomics.load(this.words, this.at + TAIL);
      if (head === tail) this.awaitTicket(tail);
      else if (Atomics.compareExchange(this.words, this.at + HEAD, head, head + 1) === head)
        return head;
    }
  }

  /** @returns what a claimed ticket is for, or `END` where the worker is to leave */
  consumerOf(ticket: number): number {
    const at = this.slotOf(ticket) + CONSUMER;
    // Whoever took the ticket is about to fill its slot.
    spinWhile(this.words, at, 0);
    return Atomics.load(this.words, at);
  }

  /** Once its consumer is known. */
  vmOf(ticket: number): number {
    return this.words[this.slotOf(ticket) + VM] as number;
  }

  /** A claimed ticket has been served. */
  finish(ticket: number): void {
    const slot = this.slotOf(ticket);
    Atomics.store(this.words, slot + CONSUMER, 0);
    Atomics.store(this.words, slot + FINISHED, ticket + 1);
    // Of two that finish at once, whoever comes second sees what the first has left.
    let mark = Atomics.load(this.words, this.at + MARK);
    while (this.isFinished(mark)) {
      if (Atomics.compareExchange(this.words, this.at + MARK, mark, mark + 1) === mark)
        this.pass(mark);
      mark = Atomics.load(this.words, this.at + MARK);
    }
  }

  private slotOf(ticket: number): number {
    return this.slotsAt + (ticket & this.mask) * SLOT;
  }

  /** Whether the mark has not come to a ticket; tickets wrap around. */
  private isBefore(ticket: number): boolean {
    return ((ticket - Atomics.load(this.words, this.at + MARK)) | 0) > 0;
  }

  private isFinished(ticket: number): boolean {
    return Atomics.load(this.words, this.slotOf(ticket) + FINISHED) === ((ticket + 1) | 0);
  }

  private pass(ticket: number): void {
    const slot = this.slotOf(ticket);
    Atomics.store(this.words, slot + PASSED, ticket + 1);
    if (Atomics.load(this.words, slot + FLUSHERS) > 0) Atomics.notify(this.words, slot + PASSED);
  }

  private awaitMark(end: number): void {
    const slot = this.slotOf(end - 1);
    Atomics.add(this.words, slot + FLUSHERS, 1);
    // No value comes twice, so it is another once the mark has passed.
    let passed = Atomics.load(this.words, slot + PASSED);
    while (this.isBefore(end)) {
      Atomics.wait(this.words, slot + PASSED, passed);
      passed = Atomics.load(this.words, slot + PASSED);
    }
    Atomics.sub(this.words, slot + FLUSHERS, 1);
  }

  private awaitTicket(tail: number): void {
    Atomics.add(this.words, this.at + IDLE, 1);
    Atomics.wait(this.words, this.at + TAIL, tail);
    Atomics.sub(this.words, this.at + IDLE, 1);
  }

  private close(): void {
    for (let worker = 0; worker < this.workers; worker++) this.push(END, 0);
  }
}
