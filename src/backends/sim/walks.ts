import type { Strategy } from '../../model/run-plan.js';
import { COUNTER, Counters } from '../../sync/counters.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { WalkMeter } from './thread-runner.js';
import type { WalkCost } from './walk-cost.js';

/**
 * What walks over linked lists take: the nodes that a thread counts as visited between two of its
 * operations, times what one costs. In trees, whose nodes are counted too, every access is told.
 */
export class Walks implements WalkMeter {
  private readonly cost: WalkCost;
  private readonly counters: readonly Counters[];
  /** How many nodes a walk's are among: of a bucket's, all; of a list's, those that it visits. */
  private readonly amongNodes: number | null;
  private readonly hasLists: boolean;
  /** What the thread that goes on had counted before. */
  private before = 0;

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
    this.amongNodes = index === 'hlist' ? objects : null;
    this.hasLists = index === 'hlist' || index === 'list';
  }

  begin(thread: number): void {
    if (this.hasLists) this.before = this.counted(thread);
  }

  endNs(thread: number): number {
    if (!this.hasLists) return 0;
    const counted = this.counted(thread);
    // Less than before: it began to count anew, when its warm-up was over.
    const nodes = counted < this.before ? counted : counted - this.before;
    return nodes === 0 ? 0 : nodes * this.cost.nodeNs(this.amongNodes ?? nodes);
  }

  private counted(thread: number): number {
    return (this.counters[thread] as Counters).read(COUNTER.nodesVisited);
  }
}
