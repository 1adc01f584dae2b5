import type { Strategy } from '../../model/run-plan.js';
import { COUNTER, Counters } from '../../sync/counters.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { WalkCost } from './walk-cost.js';

/**
 * What walks over linked lists took: the nodes that a thread counted as visited since it was looked
 * at last, times what one costs. In trees, whose nodes are counted too, every access is told.
 */
export class Walks {
  private readonly cost: WalkCost;
  private readonly counters: readonly Counters[];
  /** What each thread had counted when it was looked at last. */
  private readonly seen: Float64Array;
  /** How many nodes a walk's are among: of a bucket's, all; of a list's, those that it visits. */
  private readonly amongNodes: number | null;
  private readonly hasLists: boolean;

  /** @param objects how many can be in the index */
  constructor(
    memory: SharedMemory,
    countersAt: number,
    threads: number,
    { index }: Strategy,
    objects: number,
    cost: WalkCost,
  ) {
    this.cost = cost;
    this.counters = Array.from(
      { length: threads },
      (_, thread) => new Counters(memory, countersAt, thread),
    );
    this.seen = new Float64Array(threads);
    this.amongNodes = index === 'hlist' ? objects : null;
    this.hasLists = index === 'hlist' || index === 'list';
  }

  /** @returns what a thread's walks took since it was asked about last, in nanoseconds */
  takeNs(thread: number): number {
    if (!this.hasLists) return 0;
    const counted = (this.counters[thread] as Counters).read(COUNTER.nodesVisited);
    const before = this.seen[thread] as number;
    if (counted === before) return 0;
    this.seen[thread] = counted;
    // Less than before: it began to count anew, when its warm-up was over.
    const nodes = counted > before ? counted - before : counted;
    return nodes * this.cost.nodeNs(this.amongNodes ?? nodes);
  }
}
