import { COUNTER, type Counters } from '../sync/counters.js';

const NODES_VISITED = COUNTER.nodesVisited;

/** What an index of the user's own tells what it looked at; ours add to their thread's counters. */
export interface IndexVisits {
  /** So many nodes (slots, buckets: whatever a step of its search costs) were looked at. */
  add(nodes: number): void;
}

export class Visits implements IndexVisits {
  private readonly counters: Counters;

  constructor(counters: Counters) {
    this.counters = counters;
  }

  add(nodes: number): void {
    this.counters.add(NODES_VISITED, nodes);
  }
}
