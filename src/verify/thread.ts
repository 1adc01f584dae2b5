import type { Register, Stepped } from '../stepping/operation.js';
import { History } from './history.js';

/** One thread of a schedule: what it is about to do, and what tells its state from another. */

export const READY = 0;
/** Asleep in a `wait`. */
export const PARKED = 1;
export const DONE = 2;

/** How many looks of a loop are kept in mind, to notice that it goes round. */
const MEMORY_OF_LOOKS = 8;

export class ThreadState {
  readonly id: number;
  status = READY;
  code: Stepped | null = null;
  /** Whether it has carried out an operation in this schedule. */
  hasBegun = false;

  /** The operation it is about to do, or asleep in. */
  kind = 0;
  site = 0;
  array: Int32Array = new Int32Array(0);
  at = 0;
  a = 0;
  b = 0;
  c = 0;
  /** The operation's word in the shared memory. */
  word = 0;

  /** What tells its state. */
  readonly history = new History();
  /** Of all that it ever saw in this schedule: another one where a repetition went another way. */
  print = 1;
  nowNs = 0;
  private action = 0;

  /** Looks in a row that changed nothing, with nothing changed by others either. */
  looks = 0;
  /** How many of those were the same as one before. */
  repeats = 0;
  /** The memory's version after its last operation. */
  seenVersion = -1;
  /** It looked long enough at this version of the memory. */
  tiredOf = -1;
  private readonly lookedAt = new Float64Array(MEMORY_OF_LOOKS);
  /** How many were new; of more than are kept, the oldest make room. */
  private noted = 0;

  constructor(id: number) {
    this.id = id;
  }

  /** An action begins: nothing is left in the program's variables but its number. */
  begin(action: number, forgets: boolean): void {
    this.nowNs = 0;
    this.action = action;
    if (forgets) this.history.begin(action, 0);
  }

  /** It has come to a mark, where the program's own variables depend on the action alone. */
  atMark(mark: number, forgets: boolean): void {
    if (forgets) this.history.begin(this.action, mark);
  }

  /** An operation has given a result. */
  saw(code: number): void {
    this.history.add(this.site);
    this.history.add(code);
    this.print = (Math.imul(this.print ^ code, 0x85ebca6b) + this.site) | 0;
  }

  restart(code: Stepped): void {
    this.code = code;
    this.hasBegun = false;
    this.status = READY;
    this.history.begin(0, 0);
    this.print = 1;
    this.nowNs = 0;
    this.seenVersion = -1;
    this.tiredOf = -1;
    this.forgetLooks();
  }

  take(register: Register, word: number): void {
    this.kind = register.kind;
    this.site = register.site;
    this.array = register.array;
    this.at = register.at;
    this.a = register.a;
    this.b = register.b;
    this.c = register.c;
    this.word = word;
  }

  forgetLooks(): void {
    this.looks = 0;
    this.repeats = 0;
    this.noted = 0;
  }

  hasLooked(value: number): boolean {
    const key = this.lookKey(value);
    const kept = Math.min(this.noted, MEMORY_OF_LOOKS);
    for (let i = 0; i < kept; i++) if (this.lookedAt[i] === key) return true;
    return false;
  }

  /** Notes a look that changed nothing. */
  noteLook(value: number): void {
    if (this.hasLooked(value)) this.repeats++;
    else {
      this.lookedAt[this.noted % MEMORY_OF_LOOKS] = this.lookKey(value);
      this.noted++;
    }
    this.looks++;
  }

  private lookKey(value: number): number {
    return (this.site + 1) * 2 ** 34 + this.word * 2 ** 16 + (value & 0xffff);
  }
}
