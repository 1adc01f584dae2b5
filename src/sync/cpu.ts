import type { Layout } from './layout.js';
import { LINE_WORDS } from './layout.js';
import type { SharedMemory } from './memory.js';

/**
 * What a thread can know of the CPUs that others run on. A driver that steps the code answers
 * `isRunning` and `spinOnOwner` itself: the simulator with the truth, the explorer with every
 * answer there is.
 *
 * Natively a thread publishes that it goes to sleep where it may do so while it holds a lock: a
 * word each, a cache line apart, 0 while it runs. That the system took its CPU away is not seen,
 * as it is not by a guest's kernel; who waits for such an owner must bound its spinning.
 */
export function reserveCpus(layout: Layout, threads: number): number {
  return layout.reserve(threads * LINE_WORDS);
}

/**
 * How often a spinner looks before it takes it that it, or the owner, is no longer entitled to its
 * CPU, as `need_resched()` tells a spinner in the kernel.
 */
const LOOKS = 1000;
/** Whether the owner sleeps is looked at every so many looks at the word, a power of two. */
const LOOKS_AN_OWNER = 16;

export class Cpus {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly threads: number;
  private readonly nodes: number;

  /**
   * @param threads those that are spread over the nodes; others may follow them
   * @param nodes NUMA nodes that they are spread over, in equal runs
   */
  constructor(memory: SharedMemory, at: number, threads: number, nodes: number) {
    this.words = memory.words;
    this.at = at;
    this.threads = threads;
    this.nodes = nodes;
  }

  /** The NUMA node of a thread, from 0; the last for those beyond. */
  node(thread: number): number {
    return Math.min(Math.floor((thread * this.nodes) / this.threads), this.nodes - 1);
  }

  isRunning(thread: number): boolean {
    return Atomics.load(this.words, this.at + thread * LINE_WORDS) === 0;
  }

  /**
   * Waits while the masked word has the value and the thread that it names is running, but not
   * for long.
   * @returns whether the masked word changed; if not, spinning on would be a waste
   */
  spinOnOwner(at: number, mask: number, value: number, owner: number): boolean {
    for (let look = 0; look < LOOKS; look++) {
      if ((Atomics.load(this.words, at) & mask) !== value) return true;
      if ((look & (LOOKS_AN_OWNER - 1)) === 0 && !this.isRunning(owner)) return false;
    }
    return false;
  }

  /** The calling thread is about to sleep with a lock held. */
  block(self: number): void {
    Atomics.store(this.words, this.at + self * LINE_WORDS, 1);
  }

  unblock(self: number): void {
    Atomics.store(this.words, this.at + self * LINE_WORDS, 0);
  }
}
