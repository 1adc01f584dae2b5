/**
 * The operations that stepped code hands to its driver, and the register it hands them over in.
 *
 * A rewritten `Atomics.load(words, at)` is `yield $load(site, words, at)`: the helper fills the
 * register and the generator stops, so that a step allocates nothing of ours. The driver carries
 * the operation out and resumes the generator with its result.
 */
export const OP = {
  load: 1,
  store: 2,
  exchange: 3,
  compareExchange: 4,
  add: 5,
  sub: 6,
  and: 7,
  or: 8,
  xor: 9,
  wait: 10,
  notify: 11,
  /** `nowNs()`: the driver says what time it is. */
  clock: 12,
  /** Time passes, and nothing else: `a` nanoseconds, or as long as `looks` looks take. */
  pause: 13,
  /** A declared spin: goes on once the word is not `a` any more. */
  awaitChange: 14,
  /** The same on two words: until the one is not `a`, or the other, at `b`, is not `c`. */
  awaitEither: 15,
  /** A spin of exchanges: stores `a` until what was there is `b`. */
  awaitExchange: 16,
  /**
   * A bounded spin: whether the word, or of it the bits of `b`, was seen to be other than `a`. It
   * is given up after `looks` looks; with none of them given, when thread `c` has no CPU any more.
   */
  glance: 17,
  /** Whether the thread `at` has a CPU. */
  isRunning: 18,
  /** Of a driver's own scenario: `a` says what. No algorithm yields it. */
  mark: 19,
  /**
   * Of a driver's own lock, whose word says how many share it, or -1 for who has it alone: once it
   * is free for whoever comes, to be alone (`a` 0) or to share it (1), it is taken. No algorithm
   * yields it.
   */
  take: 20,
  /** It is given back by who had it alone (`a` 0) or shared it (1). */
  giveBack: 21,
} as const;
export type OpName = keyof typeof OP;

/** The operations of `Atomics` under their own names. */
export const ATOMICS = [
  'load',
  'store',
  'exchange',
  'compareExchange',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'wait',
  'notify',
] as const satisfies readonly OpName[];

const NAMES = Object.fromEntries(Object.entries(OP).map(([name, kind]) => [kind, name]));

export function opName(kind: number): string {
  return NAMES[kind] ?? `operation ${kind}`;
}

const NOTHING = new Int32Array(0);

/** What a thread is about to do. One of these per world: read it before anybody else is resumed. */
export class Register {
  kind = 0;
  /** Where in the code: an index into the world's sites. */
  site = 0;
  array: Int32Array = NOTHING;
  at = 0;
  a = 0;
  b = 0;
  c = 0;
  /** How often a bounded spin looks, or how many looks a pause is as long as. */
  looks = 0;
  /** The site of the call that a driver's answer was asked from, where it has none of its own. */
  caller = 0;

  set(
    kind: number,
    site: number,
    array: Int32Array,
    at: number,
    a = 0,
    b = 0,
    c = 0,
    looks = 0,
  ): void {
    this.kind = kind;
    this.site = site;
    this.array = array;
    this.at = at;
    this.a = a;
    this.b = b;
    this.c = c;
    this.looks = looks;
  }

  mark(what: number, a = 0): void {
    this.set(OP.mark, 0, NOTHING, 0, what, a);
  }
}

/** A thread's code between two operations of itself. */
export type Stepped<T = unknown> = Generator<unknown, T, unknown>;

/** Carries the plain operations of `Atomics` out, as it would itself. @returns its result */
export function carryOutAtomic(
  kind: number,
  array: Int32Array,
  at: number,
  a: number,
  b: number,
): number {
  switch (kind) {
    case OP.load:
      return Atomics.load(array, at);
    case OP.store:
      return Atomics.store(array, at, a);
    case OP.exchange:
      return Atomics.exchange(array, at, a);
    case OP.compareExchange:
      return Atomics.compareExchange(array, at, a, b);
    case OP.add:
      return Atomics.add(array, at, a);
    case OP.sub:
      return Atomics.sub(array, at, a);
    case OP.and:
      return Atomics.and(array, at, a);
    case OP.or:
      return Atomics.or(array, at, a);
    case OP.xor:
      return Atomics.xor(array, at, a);
    default:
      return 0;
  }
}

/**
 * Told of plain accesses to elements, and of nothing else. Those of walks, which count what they
 * visit, and of leaves are left out: see `table.ts`.
 */
export interface Touches {
  read(array: unknown, at: number): void;
  write(array: unknown, at: number): void;
}

/**
 * Told of what happens between two operations: of each plain access to shared memory, and of what
 * a thread's state is made of. What a function did is forgotten once it has returned, but for what
 * it returned; between two statements its state is the values of its variables.
 */
export interface Observer {
  /** @param value what was read */
  read(site: number, array: Int32Array, at: number, value: number): void;
  /** Called before it is written. */
  write(site: number, array: Int32Array, at: number, value: number): void;
  /** An element of something that is not the shared memory is written. */
  writePrivate(): void;
  call(site: number): void;
  returned(value: unknown): void;
  state(site: number, variables: readonly unknown[]): void;
}
