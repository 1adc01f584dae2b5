import { hash32, permutation } from '../sync/random.js';
import { CHOICE, threadOf, variantOf } from './choices.js';
import { type Explorer, type Found, judgeDrawn } from './explorer.js';
import type { Machine } from './machine.js';

/**
 * Threads with priorities drawn for each schedule, and the first of those that can go on goes; at
 * a few steps, drawn as well, whoever goes becomes the last. A fault that takes d orderings is
 * found by one schedule in n k^(d-1), for n threads of k steps in all, however rare it is else.
 * Source: S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs" (ASPLOS 2010).
 */
export class Pct implements Explorer {
  schedules = 0;
  steps = 0;
  readonly states = null;
  readonly covered = null;
  readonly wasBounded = true;
  private readonly machine: Machine;
  private readonly depth: number;
  private readonly seed: number;
  /** The longest schedule so far: the range that change points are drawn from. */
  private longest = 1;

  /** @param depth how many orderings a fault takes: one more than there are change points */
  constructor(machine: Machine, depth: number, seed: number) {
    this.machine = machine;
    this.depth = depth;
    this.seed = seed;
  }

  explore(pause: () => boolean): Found | 'paused' {
    const { machine } = this;
    for (;;) {
      const choices = this.runOne();
      this.schedules++;
      this.steps += machine.steps;
      this.longest = Math.max(this.longest, choices.length);
      const found = judgeDrawn(machine, choices, this.schedules);
      if (found !== null) return found;
      if (pause()) return 'paused';
    }
  }

  private runOne(): number[] {
    const { machine, depth, schedules } = this;
    const order = permutation(machine.threads.length, this.seed, schedules);
    const priorities = Array.from(order, (place) => depth + place);
    const changes = Array.from(
      { length: depth - 1 },
      (_, i) => this.draw(schedules, -1 - i) % this.longest,
    );
    machine.restart();
    const taken: number[] = [];
    while (machine.choose()) {
      const choice = this.first(priorities, taken.length);
      for (let i = 0; i < changes.length; i++) {
        if (changes[i] === taken.length) priorities[threadOf(choice)] = i;
      }
      taken.push(choice);
      machine.step(choice);
    }
    return taken;
  }

  /** The choice of the thread with the highest priority; a sleeper's only where there is no other. */
  private first(priorities: readonly number[], step: number): number {
    const { list, count } = this.machine.choices;
    let best = list[0] as number;
    for (let i = 1; i < count; i++) {
      const choice = list[i] as number;
      const rank = (of: number) =>
        (variantOf(of) >= CHOICE.timeOut ? -priorities.length : 0) +
        (priorities[threadOf(of)] as number);
      const isTie = rank(choice) === rank(best);
      if (rank(choice) > rank(best) || (isTie && this.draw(this.schedules, step) % 2 === 1))
        best = choice;
    }
    return best;
  }

  private draw(stream: number, index: number): number {
    return hash32(this.seed ^ 0x5bd1e995, stream, index);
  }
}
