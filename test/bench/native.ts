import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { codeOf, messageOf } from '../../src/errors.js';

/**
 * The native references: C programs in test/native/ that do what irqbench does with nothing in
 * between. Each prints its figures as one line of JSON.
 */

const run = promisify(execFile);
const SOURCES = fileURLToPath(new URL('../../../test/native/', import.meta.url));
const BINARIES = fileURLToPath(new URL('../../native/', import.meta.url));
const FLAGS = ['-std=c11', '-D_GNU_SOURCE', '-O2', '-pthread'];

export type ReferenceName = 'list' | 'radix' | 'mutex' | 'ring' | 'kvm' | 'kvm-abi';
/** Those that need no more than a C library. */
const REFERENCES: readonly ReferenceName[] = ['list', 'radix', 'mutex'];
/** Those that need the headers of a Linux kernel as well. */
const OF_LINUX: readonly ReferenceName[] = ['ring', 'kvm', 'kvm-abi'];
/** Whether those of Linux can be compiled here, and so be run. */
export const HAS_HEADERS = existsSync('/usr/include/linux/kvm.h');

export interface NativeReferences {
  /** The compiler's first line about itself. */
  readonly compiler: string;
  /** Runs a reference. @returns its figures by name */
  run(name: ReferenceName, ...args: readonly (string | number)[]): Promise<Record<string, number>>;
}

/**
 * @param names which, where not all are wanted
 * @returns the compiled references, or why there are none, in words for the reader
 */
export async function buildReferences(
  names: readonly ReferenceName[] = HAS_HEADERS ? [...REFERENCES, ...OF_LINUX] : REFERENCES,
): Promise<NativeReferences | string> {
  const cc = process.env.CC ?? 'cc';
  try {
    const { stdout } = await run(cc, ['--version']);
    await mkdir(BINARIES, { recursive: true });
    for (const name of names) await compile(cc, name);
    return { compiler: stdout.split('\n')[0] ?? cc, run: runReference };
  } catch (thrown) {
    return codeOf(thrown) === 'ENOENT'
      ? `no C compiler: ${cc} was not found (install one, or name it in CC)`
      : `the C compiler failed: ${messageOf(thrown)}`;
  }
}

async function compile(cc: string, name: ReferenceName): Promise<void> {
  // Renamed when complete: another bench may be running the one that is there.
  const unfinished = `${BINARIES}${name}.${process.pid}`;
  await run(cc, [...FLAGS, '-o', unfinished, `${SOURCES}${name}.c`]);
  await rename(unfinished, `${BINARIES}${name}`);
}

async function runReference(name: ReferenceName, ...args: readonly (string | number)[]) {
  const { stdout } = await run(`${BINARIES}${name}`, args.map(String));
  return JSON.parse(stdout) as Record<string, number>;
}
