import type { Register, Stepped } from '../../stepping/operation.js';

/** A simulated thread: its stepped code, what it is about to do, and where it is. */

export const NOWHERE = -1;

/** What a thread is about to do where that is no operation of its code. */
export const INTERNAL = {
  /** Goes on with a result that is known. */
  resume: -1,
  /** On its way to sleep, which a wake-up may still spare it. */
  fallAsleep: -2,
  exit: -3,
} as const;

/**
 * A moment or an operand to begin with: a double, as V8 keeps a field that had small integers apart
 * from one that has doubles, and throws away what was compiled for it when it sees the first.
 */
const ZERO = -0;
const NOT_YET = Number.NEGATIVE_INFINITY;

export class SimThread {
  readonly id: number;
  readonly code: Stepped;
  /** The CPUs it may run on, as flags by CPU; null for all. */
  readonly allowed: Uint8Array | null;
  /** It runs on the CPU that it was woken from, as work does that was queued there. */
  readonly isFollower: boolean;

  /** The operation that it is about to do: see `Register`. */
  kind: number = INTERNAL.resume;
  array: Int32Array = new Int32Array(0);
  at = 0;
  a = ZERO;
  b = ZERO;
  c = 0;
  looks = 0;
  /** The cache line of `at`. */
  line = 0;
  /** What `resume` goes on with. */
  result: unknown = undefined;

  /** The CPU that it has, or `NOWHERE`; `lastCpu` is the one that it had last. */
  cpu = NOWHERE;
  lastCpu = NOWHERE;
  /** From when on it runs there, its CPU being busy with the switch before. */
  runsFromNs = ZERO;
  /** Since when it waits for a CPU. */
  readySinceNs = ZERO;
  /** When it does what it is about to do, and how long that was away when it lost its CPU. */
  dueNs = ZERO;
  leftNs = ZERO;
  /** Tells its next step from those that were overtaken. */
  stamp = 0;

  /** Waits for a line to change, with its CPU busy. */
  isParked = false;
  /** When a bounded spin gives up. */
  deadlineNs = NOT_YET;
  /** Off its CPU until it is woken. */
  isAsleep = false;
  /** Tells its sleep's time-out from those of earlier sleeps. */
  sleepStamp = 0;

  constructor(id: number, code: Stepped, allowed: Uint8Array | null, isFollower: boolean) {
    this.id = id;
    this.code = code;
    this.allowed = allowed;
    this.isFollower = isFollower;
  }

  take(register: Register, line: number): void {
    this.kind = register.kind;
    this.array = register.array;
    this.at = register.at;
    this.a = register.a;
    this.b = register.b;
    this.c = register.c;
    this.looks = register.looks;
    this.line = line;
    this.deadlineNs = NOT_YET;
  }

  /** It is to go on with a result, whatever it was about to do. */
  settle(result: unknown): void {
    this.kind = INTERNAL.resume;
    this.result = result;
  }

  mayRunOn(cpu: number): boolean {
    if (this.isFollower) return cpu === this.lastCpu;
    return this.allowed === null || this.allowed[cpu] === 1;
  }
}
