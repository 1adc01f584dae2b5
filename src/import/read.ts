import { usageError } from '../errors.js';
import { readBpftrace } from './bpftrace.js';
import { readFunclatency, readFunctionName } from './funclatency.js';
import { readPerfCsv, readPerfTable } from './perf-lock.js';
import { type Reader, Reading, type ReadOptions } from './reading.js';
import { readVmLine, readVmUnit } from './reproducer.js';

/** A log of any of the tools, or of several of them one after the other. */

const READERS: readonly Reader[] = [
  readFunclatency,
  readBpftrace,
  readPerfTable,
  readPerfCsv,
  readVmLine,
  readVmUnit,
  readFunctionName,
];

/** Lines of the tools that say nothing of what was measured. */
const CHATTER = [
  /^\s*$/,
  /^#/,
  /^\^C/,
  /^\$ /,
  /^Detaching\.\.\./,
  /^Attach(?:ing|ed) \d+ probes?/,
  /^\d\d:\d\d:\d\d\s*$/,
  /^count: 0$/,
  // What perf lock contention adds for its own developers.
  /^=== output for debug ?===$/,
  /^bad(?: rate)?: /,
  /^histogram of events caused bad sequence/,
];

/**
 * @param name what messages call the log
 * @throws IrqbenchError (2) where the text is binary
 */
export function readLog(text: string, name: string, options: ReadOptions): Reading {
  const lines = text.split(/\r?\n/);
  const binaryAt = lines.findIndex((line) => line.includes('\0'));
  if (binaryAt !== -1) {
    throw usageError(
      `${name}:${binaryAt + 1}: has NUL bytes, so is no text; give a tracer's output`,
    );
  }
  const reading = new Reading(options);
  for (let at = 0; at < lines.length; ) {
    const taken = readAt(lines, at, reading);
    if (taken === 0 && !CHATTER.some((pattern) => pattern.test(lines[at] as string))) {
      reading.unread.push({ line: at + 1, text: lines[at] as string });
    }
    at += Math.max(1, taken);
  }
  return reading;
}

function readAt(lines: readonly string[], at: number, reading: Reading): number {
  for (const read of READERS) {
    const taken = read(lines, at, reading);
    if (taken > 0) return taken;
  }
  return 0;
}
