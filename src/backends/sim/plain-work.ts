import type { Touches } from '../../stepping/operation.js';
import { LINE_WORDS } from '../../sync/layout.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { CacheLines } from './cache-lines.js';

/**
 * What a thread does between two of its operations, in nanoseconds: its plain accesses to words
 * take what it takes to have their lines. Doubles are counters and samples, the measurement's own,
 * and take nothing.
 */
export class PlainWork implements Touches {
  private readonly words: Int32Array;
  private readonly lines: CacheLines;
  private cpu = 0;
  private ns = 0;

  constructor(memory: SharedMemory, lines: CacheLines) {
    this.words = memory.words;
    this.lines = lines;
  }

  read(array: unknown, at: number): void {
    if (array === this.words) this.ns += this.lines.read(this.cpu, lineOf(at));
  }

  write(array: unknown, at: number): void {
    if (array === this.words) this.ns += this.lines.write(this.cpu, lineOf(at));
  }

  begin(cpu: number): void {
    this.cpu = cpu;
    this.ns = 0;
  }

  /** What has come together since the work began. */
  end(): number {
    return this.ns;
  }
}

function lineOf(word: number): number {
  return Math.floor(word / LINE_WORDS);
}
