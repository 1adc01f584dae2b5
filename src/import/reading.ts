import type { KnownMean } from '../measure/buckets.js';
import type { TraceTool } from '../model/real-result.js';
import type { Bucket } from '../model/run-result.js';

/** What the readers of a log take from it, line by line. */

/** A histogram of one function. */
export interface TracedTable {
  readonly tool: TraceTool;
  /** The function, or what the tracer called the table; null where nothing says. */
  readonly name: string | null;
  /** The line that it begins with. */
  readonly line: number;
  /** Ascending, each with a count above 0. */
  readonly buckets: readonly Bucket[];
  readonly mean: KnownMean | null;
}

/** A row of `perf lock contention`. */
export interface LockRow {
  readonly line: number;
  readonly contended: number;
  readonly waitTotalNs: number;
  readonly waitMaxNs: number | null;
  readonly type: string;
  readonly caller: string;
  /** Whether the waits are whole nanoseconds, or what perf rounded them to. */
  readonly isExact: boolean;
}

/** A line of the reproducer. */
export interface VmLine {
  readonly line: number;
  readonly vm: number;
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  /** Whether the figures are nanoseconds, as irqbench prints them, or cycles. */
  readonly isNs: boolean;
}

export interface Remark {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface ReadOptions {
  /** Nanoseconds in a unit of bpftrace's maps; null: as their names say, or else 1. */
  readonly unitNs: number | null;
}

/** What was read so far. */
export class Reading {
  readonly options: ReadOptions;
  readonly tables: TracedTable[] = [];
  readonly locks: LockRow[] = [];
  readonly vms: VmLine[] = [];
  readonly remarks: Remark[] = [];
  readonly unread: { readonly line: number; readonly text: string }[] = [];
  /** The function that the log said is traced, until the next one. */
  function: string | null = null;
  /** Whether lines of VMs are in nanoseconds from here on. */
  vmsAreNs = false;

  constructor(options: ReadOptions) {
    this.options = options;
  }

  remark(code: string, message: string, remedy: string): void {
    if (this.remarks.every((known) => known.message !== message)) {
      this.remarks.push({ code, message, remedy });
    }
  }
}

/**
 * Reads what begins at a line, if it is the reader's to read.
 * @param at index of the line, from 0
 * @returns how many lines it took; 0 where the line is not its own
 */
export type Reader = (lines: readonly string[], at: number, reading: Reading) => number;

/** A count as a log writes it; undefined where it is more than a double holds exactly. */
export function countOf(text: string): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Whether a bucket may follow those before it: they ascend and do not overlap. */
export function follows(buckets: readonly Bucket[], { lowNs, highNs }: Omit<Bucket, 'count'>) {
  const before = buckets.at(-1);
  const isSound = highNs === null || highNs >= lowNs;
  return isSound && (!before || (before.highNs !== null && lowNs > before.highNs));
}
