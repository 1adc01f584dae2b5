import assert from 'node:assert/strict';
import type { Algorithms } from '../../src/irqbypass/algorithms.js';
import type { LockAlgorithm } from '../../src/locks/lock.js';
import type { LockName } from '../../src/model/algorithm-names.js';
import { OP, type Register, type Stepped } from '../../src/stepping/operation.js';
import { World } from '../../src/stepping/world.js';
import type { SharedMemory } from '../../src/sync/memory.js';
import { DepthFirst } from '../../src/verify/dfs.js';
import type { Digest } from '../../src/verify/digest.js';
import { Machine } from '../../src/verify/machine.js';
import { PlainHooks } from '../../src/verify/plain-hooks.js';
import {
  type Finding,
  MARK,
  nameWord,
  type Oracle,
  type Program,
  type Region,
} from '../../src/verify/program.js';
import { type Edit, editorOf } from './edit.js';

/** Modules of `src/` under the checker, with threads that tests write as scripts around them. */

/** What a script is written with. */
export class Stage {
  readonly register: Register;
  private readonly world: World;
  private readonly hooks: PlainHooks;
  private current: Program | null = null;

  constructor(edits: readonly Edit[] = []) {
    const isShared = (value: unknown): value is Int32Array =>
      ArrayBuffer.isView(value) && value.buffer === this.current?.memory.words.buffer;
    this.hooks = new PlainHooks(
      (site) => {
        const place = this.world.sites.find(site);
        return place === undefined ? 'of the script' : `at ${place.file}:${place.line}`;
      },
      (word) => nameWord(this.current?.regions ?? [], word),
    );
    this.world = new World({
      observer: this.hooks,
      isShared,
      edit: editorOf(edits),
    });
    this.register = this.world.register;
  }

  async module<Exports>(path: string): Promise<Exports> {
    return (await this.world.load(path)) as Exports;
  }

  /** An action begins; all that is left in the script's variables is told by the number. */
  *begin(action: number): Stepped<void> {
    yield this.register.mark(MARK.begin, action);
  }

  /** Others may go on here. */
  *pause(): Stepped<void> {
    yield this.register.mark(MARK.section, 0);
  }

  *load(words: Int32Array, at: number): Stepped<number> {
    return (yield this.register.set(OP.load, 0, words, at)) as number;
  }

  *store(words: Int32Array, at: number, value: number): Stepped<void> {
    yield this.register.set(OP.store, 0, words, at, value);
  }

  /** Waits until the one word is not `a`, or the other not `b`. */
  *awaitEither(
    words: Int32Array,
    at: number,
    a: number,
    otherAt: number,
    b: number,
  ): Stepped<void> {
    yield this.register.set(OP.awaitEither, 0, words, at, a, otherAt, b);
  }

  /** A plain access, as that below. */
  read(words: Int32Array, at: number): number {
    const value = words[at] as number;
    this.hooks.read(0, words, at, value);
    return value;
  }

  write(words: Int32Array, at: number, value: number): void {
    this.hooks.write(0, words, at, value);
    words[at] = value;
  }

  /** A lock of the registry, stepped. */
  async algorithms(lock: LockName): Promise<Algorithms> {
    const { LOCKS } = await this.module<{ LOCKS: Record<LockName, LockAlgorithm> }>('locks/lock');
    return { lock: LOCKS[lock], index: null };
  }

  /** @param start a thread's script, from its beginning */
  machine(
    memory: SharedMemory,
    threads: number,
    start: (thread: number) => Stepped,
    { oracle = new Witness(), image, outputs = [] }: StageOptions = {},
  ): Machine {
    const regions: Region[] = [
      ...outputs.map(([from, to]) => ({ name: 'output', from, to, isOutput: true })),
      { name: 'words', from: 0, to: memory.words.length, isOutput: false },
    ];
    const { register } = this;
    const program: Program = {
      memory,
      register,
      threads,
      regions,
      oracle,
      start: (thread) => {
        if (thread === 0 && image) memory.words.set(image);
        return start(thread);
      },
    };
    this.current = program;
    const options = { spurious: false, maxSteps: 10_000 };
    return new Machine(program, this.hooks, !this.world.keepsState, options);
  }
}

export interface StageOptions {
  readonly oracle?: Oracle;
  /** What the memory is before anybody runs; zeros where it is not given. */
  readonly image?: Int32Array;
  /** Words that are written and never looked at: from … to. */
  readonly outputs?: readonly (readonly [from: number, to: number])[];
}

/** Keeps numbers that scripts set, as part of the program's state, and judges nothing. */
export class Witness implements Oracle {
  private readonly values = new Int32Array(32);

  restart(): void {
    this.values.fill(0);
  }

  get(place: number): number {
    return this.values[place] as number;
  }

  set(place: number, value: number): void {
    assert.ok(place < this.values.length);
    this.values[place] = value;
  }

  arrived(): Finding | null {
    return null;
  }

  left(): null {
    return null;
  }

  operates(): null {
    return null;
  }

  modified(): void {}

  addTo(digest: Digest): void {
    for (const value of this.values) digest.add(value);
  }

  ended(): Finding | null {
    return null;
  }
}

/** What a search within a bound came to. */
export interface Outcome {
  readonly finding: Finding | null;
  readonly covered: number | null;
  readonly schedules: number;
}

/** Depth-first up to so many preemptions, or schedules. */
export function search(machine: Machine, preemptions: number, mostSchedules = 200_000): Outcome {
  const dfs = new DepthFirst(machine, preemptions);
  const found = dfs.explore(() => dfs.schedules >= mostSchedules);
  const finding = typeof found === 'string' ? null : found.finding;
  const covered = found === 'done' ? dfs.covered : null;
  return { finding, covered, schedules: dfs.schedules };
}
