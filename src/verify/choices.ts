import { OP } from '../stepping/operation.js';
import type { ThreadState } from './thread.js';

/** What can happen next: a number each, made of a thread and of what happens to it. */

export const CHOICE = {
  /** The thread's operation is carried out; of a question, the answer is yes. */
  run: 0,
  /** The answer is no. */
  deny: 1,
  /** Its timed wait is over. */
  timeOut: 2,
  /** Its wait ends though nobody notified. */
  spurious: 3,
} as const;

const VARIANTS = 4;

export function choiceOf(thread: number, variant: number): number {
  return thread * VARIANTS + variant;
}

export function threadOf(choice: number): number {
  return Math.floor(choice / VARIANTS);
}

export function variantOf(choice: number): number {
  return choice % VARIANTS;
}

/** The choices at one point, and what each costs: a preemption or another interference, or nothing. */
export class Choices {
  count = 0;
  readonly list: Uint8Array;
  readonly costs: Uint8Array;

  constructor(threads: number) {
    this.list = new Uint8Array(threads * VARIANTS);
    this.costs = new Uint8Array(threads * VARIANTS);
  }

  clear(): void {
    this.count = 0;
  }

  add(thread: number, variant: number, cost: number): void {
    this.list[this.count] = choiceOf(thread, variant);
    this.costs[this.count] = cost;
    this.count++;
  }

  addThread(thread: ThreadState): void {
    this.add(thread.id, CHOICE.run, 0);
    if (thread.kind === OP.isRunning) this.add(thread.id, CHOICE.deny, 0);
  }

  /** To take the turn of a thread that could go on and would is a preemption. */
  price(current: number, isYielding: boolean): void {
    if (isYielding) return;
    let canGoOn = false;
    for (let i = 0; i < this.count; i++) {
      if (threadOf(this.list[i] as number) === current) canGoOn = true;
    }
    if (!canGoOn) return;
    for (let i = 0; i < this.count; i++) {
      if (threadOf(this.list[i] as number) !== current) this.costs[i] = 1;
    }
  }

  /** The index of a choice, or -1 where it is none. */
  indexOf(choice: number): number {
    for (let i = 0; i < this.count; i++) if (this.list[i] === choice) return i;
    return -1;
  }

  /** The choice that goes on without interfering: the current thread's, or the first. */
  usual(current: number): number {
    let usual = this.list[0] as number;
    for (let i = 0; i < this.count; i++) {
      if (this.costs[i] !== 0) continue;
      const choice = this.list[i] as number;
      if (threadOf(choice) === current) return choice;
      if (this.costs[this.indexOf(usual)] !== 0) usual = choice;
    }
    return usual;
  }
}
