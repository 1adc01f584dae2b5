import { OP, Register, type Stepped } from '../../src/stepping/operation.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';
import type { Digest } from '../../src/verify/digest.js';
import { Machine, type MachineOptions } from '../../src/verify/machine.js';
import { PlainHooks } from '../../src/verify/plain-hooks.js';
import { type Finding, MARK, type Oracle, type Program } from '../../src/verify/program.js';

/** Small programs written by hand, one operation a `yield`, for tests of the machine. */

export class NoOracle implements Oracle {
  restart(): void {}
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
  addTo(_digest: Digest): void {}
  ended(): Finding | null {
    return null;
  }
}

const WORDS = 64;

/** What a thread of a program writes its operations with. */
export class Pen {
  readonly register: Register;
  readonly memory: SharedMemory;
  private readonly hooks: PlainHooks;

  constructor(register: Register, memory: SharedMemory, hooks: PlainHooks) {
    this.register = register;
    this.memory = memory;
    this.hooks = hooks;
  }

  *op(name: keyof typeof OP, at = 0, a = 0, b = 0, c = 0): Stepped {
    return yield this.register.set(OP[name], at + 1, this.memory.words, at, a, b, c);
  }

  *wait(at: number, value: number, timeoutMs = Number.POSITIVE_INFINITY): Stepped {
    return yield this.register.set(OP.wait, at + 1, this.memory.words, at, value, timeoutMs);
  }

  *notify(at: number, count = Number.POSITIVE_INFINITY): Stepped {
    return yield this.register.set(OP.notify, at + 1, this.memory.words, at, count);
  }

  *section(): Stepped {
    return yield this.register.mark(MARK.section, 0);
  }

  plainRead(at: number): number {
    const value = this.memory.words[at] as number;
    this.hooks.read(at + 1, this.memory.words, at, value);
    return value;
  }

  plainWrite(at: number, value: number): void {
    this.hooks.write(at + 1, this.memory.words, at, value);
    this.memory.words[at] = value;
  }
}

export type Script = (pen: Pen) => Stepped;

/** A machine over threads that run these scripts. */
export function machineOf(
  scripts: readonly Script[],
  options: Partial<MachineOptions> = {},
  oracle: Oracle = new NoOracle(),
  more: Partial<Program> = {},
): Machine {
  const memory = allocateMemory(WORDS * 4);
  const register = new Register();
  const hooks = new PlainHooks(
    (site) => `at ${site}`,
    (word) => `word ${word}`,
  );
  const pen = new Pen(register, memory, hooks);
  const program: Program = {
    memory,
    register,
    threads: scripts.length,
    regions: [{ name: 'words', from: 0, to: WORDS, isOutput: false }],
    oracle,
    start: (thread) => (scripts[thread] as Script)(pen),
    ...more,
  };
  return new Machine(program, hooks, true, { spurious: false, maxSteps: 10_000, ...options });
}
