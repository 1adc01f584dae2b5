import { threadOf } from './choices.js';
import { type Digest, Levels } from './digest.js';
import { type Explorer, type Found, NOT_DETERMINISTIC } from './explorer.js';
import type { Machine } from './machine.js';

/**
 * Depth-first, with a bound on preemptions: first all schedules without any, then all with one,
 * and so on, so that what is found first has the fewest. Every schedule within the bound is run,
 * or one that leads to the same states.
 * Source: M. Musuvathi, S. Qadeer, "Iterative Context Bounding for Systematic Testing of
 * Multithreaded Programs" (PLDI 2007).
 *
 * The reduction: a choice that was taken before, in an equal state and with no more preemptions
 * behind it, is not taken again: everything that may follow was open to the first as well.
 * (Sleep sets and partial-order reductions lose schedules there: they rely on an order of steps
 * that the bound may have forbidden.)
 */

/** A schedule up to a step, linked to what came before it. */
interface Node {
  readonly before: Node | null;
  readonly choice: number;
  /** Of the thread's history after the step; 0 where it has not been taken yet. */
  readonly print: number;
  /** Of the choice in its state; 0 where states are not told apart. */
  readonly key: number;
}

export class DepthFirst implements Explorer {
  schedules = 0;
  steps = 0;
  wasBounded = false;
  private readonly machine: Machine;
  private readonly bound: number;
  /** The choices that were taken, or are left for later: the fewest preemptions to each. */
  private readonly known: Levels | null;
  private stateCount = 0;
  /** Where to go on, by the number of preemptions there. */
  private levels: (Node | null)[][];
  private level = 0;
  private insight = -1;

  /** @param reduces whether states that are known are left */
  constructor(machine: Machine, bound: number, reduces = true) {
    this.machine = machine;
    this.bound = bound;
    this.known = reduces ? new Levels() : null;
    this.levels = [];
    this.beginAnew();
  }

  get states(): number | null {
    return this.known === null ? null : this.stateCount;
  }

  get covered(): number | null {
    return this.level === 0 ? null : this.level - 1;
  }

  private beginAnew(): void {
    this.known?.clear();
    this.stateCount = 0;
    this.levels = Array.from({ length: this.bound + 1 }, () => []);
    this.levels[0]?.push(null);
    this.level = 0;
    this.wasBounded = false;
    this.insight = this.machine.insight;
  }

  explore(pause: () => boolean): Found | 'done' | 'paused' {
    const { machine } = this;
    while (this.level <= this.bound) {
      const node = this.levels[this.level]?.pop();
      if (node === undefined) {
        this.level++;
        continue;
      }
      // Since it was left for later, somebody came there with fewer preemptions.
      if (node !== null && this.known?.isBelow(node.key, this.level)) continue;
      const tip = this.runFrom(node);
      this.schedules++;
      this.steps += machine.steps;
      if (machine.finding !== null) return { finding: machine.finding, choices: choicesTo(tip) };
      // States were told apart by less than turns out to matter: some may have been taken for known.
      if (this.known !== null && machine.insight !== this.insight) this.beginAnew();
      if (pause()) return 'paused';
    }
    return 'done';
  }

  private runFrom(from: Node | null): Node | null {
    const { machine, known } = this;
    const { choices } = machine;
    machine.restart();
    if (!this.replay(from)) return from;
    let tip = from;
    while (machine.choose()) {
      const usual = choices.usual(machine.current);
      const state = known === null || choices.count === 1 ? null : machine.digestState();
      if (state !== null && known?.lower(keyOf(state, NO_CHOICE), 0)) this.stateCount++;
      for (let i = choices.count - 1; i >= 0; i--) {
        const choice = choices.list[i] as number;
        const cost = choices.costs[i] as number;
        if (choice !== usual) this.leaveForLater(tip, choice, cost, state);
      }
      const key = state === null ? 0 : keyOf(state, usual);
      if (state !== null && !known?.lower(key, this.level)) break;
      tip = this.take(tip, usual);
    }
    return tip;
  }

  private leaveForLater(
    before: Node | null,
    choice: number,
    cost: number,
    state: Digest | null,
  ): void {
    const level = this.level + cost;
    const nodes = this.levels[level];
    if (nodes === undefined) {
      this.wasBounded = true;
      return;
    }
    const key = state === null ? 0 : keyOf(state, choice);
    if (state === null || this.known?.lower(key, level))
      nodes.push({ before, choice, print: 0, key });
  }

  private take(before: Node | null, choice: number): Node {
    this.machine.step(choice);
    return { before, choice, print: this.printOf(choice), key: 0 };
  }

  private printOf(choice: number): number {
    return this.machine.threads[threadOf(choice)]?.print ?? 0;
  }

  /** @returns false where the program did something else than the last time */
  private replay(node: Node | null): boolean {
    const path: Node[] = [];
    for (let at = node; at !== null; at = at.before) path.push(at);
    for (let i = path.length - 1; i >= 0; i--) {
      const { choice, print } = path[i] as Node;
      this.machine.step(choice);
      if (print !== 0 && print !== this.printOf(choice)) {
        this.machine.finding = NOT_DETERMINISTIC;
        return false;
      }
      if (this.machine.finding !== null) return i === 0;
    }
    return true;
  }
}

/** Stands for the state itself among the keys of its choices. */
const NO_CHOICE = -1;

/** The key of a choice in a state. */
function keyOf(state: Digest, choice: number): number {
  const { one, two } = state;
  state.add(choice);
  const key = state.key();
  state.one = one;
  state.two = two;
  return key;
}

function choicesTo(node: Node | null): number[] {
  const choices: number[] = [];
  for (let at = node; at !== null; at = at.before) choices.push(at.choice);
  return choices.reverse();
}
