import type { RunPlan } from '../model/run-plan.js';
import type { SharedMemory } from '../sync/memory.js';
import { type HostLayout, progressWord } from '../vm/host.js';
import type { Progress } from './backend.js';

/** How far a host's VMs are, by what they write down. */

/** The slowest VM's round is the run's: up to 0 in the warm-up, above `rounds` when all is done. */
export function slowestRound(
  { rounds, burst }: RunPlan,
  layout: HostLayout,
  { words }: SharedMemory,
): number {
  let round = rounds + 1;
  for (let vm = 0; vm < burst; vm++) {
    round = Math.min(round, Atomics.load(words, progressWord(layout, vm)));
  }
  return round;
}

export function progressAt(round: number, { rounds, warmupRounds }: RunPlan): Progress {
  return round < 1
    ? { phase: 'warm-up', done: Math.max(0, round + warmupRounds - 1), total: warmupRounds }
    : { phase: 'rounds', done: round - 1, total: rounds };
}
