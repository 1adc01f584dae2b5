/**
 * A lock of your own for irqbench. This one is a ticket lock, and works as it stands:
 *
 *     irqbench compare linux-6.17 lock=./mine.mjs
 *
 * Shared state lives in `memory` (an Int32Array that all threads see) from word `at` on, and
 * nowhere else: every thread calls createLock for itself. The words start as zeros. Touch them
 * with Atomics only; 16 words are a cache line.
 *
 * Wait with sync.spinWhile(memory, index, value), which returns once that word no longer has that
 * value: it gives the CPU away when it must, and is what the wait statistics are made of. There
 * are also sync.now(), the time in nanoseconds, and sync.node(self), a thread's NUMA node. Sleep
 * with Atomics.wait and Atomics.notify, if you like.
 */
export const name = 'my-ticket';

/** Words of shared memory: a number, or a function of the number of threads. */
export const words = 32;

/** For readers of reports: 'fifo', 'node-fifo' or 'passing'; 'spins' or 'parks'. */
export const order = 'fifo';
export const waiting = 'spins';

/** The number that the next to come takes, and, a cache line further, the one being served. */
const NEXT = 0;
const SERVED = 16;

class TicketLock {
  constructor(memory, at, sync) {
    this.memory = memory;
    this.at = at;
    this.sync = sync;
  }

  // Both are given the calling thread's number, from 0, which this lock has no use for.
  acquire(_self) {
    const ticket = Atomics.add(this.memory, this.at + NEXT, 1);
    let served = Atomics.load(this.memory, this.at + SERVED);
    while (served !== ticket) {
      this.sync.spinWhile(this.memory, this.at + SERVED, served);
      served = Atomics.load(this.memory, this.at + SERVED);
    }
  }

  release(_self) {
    Atomics.add(this.memory, this.at + SERVED, 1);
  }
}

export function createLock({ memory, at, sync }) {
  return new TicketLock(memory, at, sync);
}
