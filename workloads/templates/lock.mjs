/**
 * A lock of your own for irqbench: a ticket lock, to start from.
 *
 *   irqbench fork --lock ./mine.mjs
 *
 * Shared state lives in `memory` (an Int32Array that all threads see) from word `at` on, and
 * nowhere else: every thread calls createLock for itself. The words start as zeros, and the first
 * must be 0 whenever the lock is free. Touch them with Atomics only; 16 words are a cache line.
 *
 * Wait with sync.spinWhile(memory, index, value), which returns once that word no longer has that
 * value: it gives the CPU away when it must, and is what the wait statistics are made of. There
 * are also sync.now(), the time in nanoseconds, and sync.node(self), a thread's NUMA node.
 */
export const name = 'my-ticket';

/** Words of shared memory: a number, or a function of the number of threads. */
export const words = 1;

/** For readers of reports: 'fifo', 'node-fifo' or 'passing'; 'spins' or 'parks'. */
export const order = 'fifo';
export const waiting = 'spins';

// The low 16 bits are the ticket being served, the high 16 bits the next one to be taken.
const ONE_TICKET = 1 << 16;
const SERVED = 0xffff;

class TicketLock {
  constructor(memory, at, sync) {
    this.memory = memory;
    this.at = at;
    this.sync = sync;
  }

  // Both are given the calling thread's number, from 0, which this lock has no use for.
  acquire(_self) {
    const ticket = Atomics.add(this.memory, this.at, ONE_TICKET) >>> 16;
    let word = Atomics.load(this.memory, this.at);
    while ((word & SERVED) !== ticket) {
      this.sync.spinWhile(this.memory, this.at, word);
      word = Atomics.load(this.memory, this.at);
    }
  }

  release(_self) {
    const word = Atomics.load(this.memory, this.at);
    const isLast = word >>> 16 === (((word & SERVED) + 1) & SERVED);
    // Nobody waits: back to 0, unless somebody comes at this moment.
    if (isLast && Atomics.compareExchange(this.memory, this.at, word, 0) === word) return;
    // The next ticket, from the last to the first without a carry into the high bits.
    Atomics.add(this.memory, this.at, (word & SERVED) === SERVED ? -SERVED : 1);
  }
}

export function createLock({ memory, at, sync }) {
  return new TicketLock(memory, at, sync);
}
