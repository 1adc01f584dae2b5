import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Runs the built command as a user would, and tells what it printed and how it ended. */

const COMMAND = fileURLToPath(new URL('../../../bin/irqbench.js', import.meta.url));
/** Nothing here takes nearly as long; a test that hangs is to fail, not to hang the suite. */
const DEADLINE_MS = 60_000;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Invocation {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Called with the process when it was started. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Called with the process, its output so far, whenever it prints to the standard output. */
  readonly onStdout?: (child: ChildProcess, stdout: string) => void;
}

export function irqbench(args: readonly string[], options: Invocation = {}): Promise<Outcome> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: options.cwd,
    env: { ...env, ...options.env },
  });
  options.onStart?.(child);
  return outcomeOf(child, options);
}

/** What a process printed and how it ended, which it does in time or is killed. */
export function outcomeOf(
  child: ChildProcessWithoutNullStreams,
  options: Pick<Invocation, 'stdin' | 'onStdout'> = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      options.onStdout?.(child, stdout);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(deadline);
      resolve({ code, stdout, stderr });
    });
    child.stdin.end(options.stdin ?? '');
  });
}

/** A run that takes less than a second. */
export const TINY = ['fork', '--vms', '10', '--burst', '2', '--rounds', '2', '--hold', '1ms'];

/** A folder of its own for one test file, gone afterwards. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'irqbench-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The lines of a text without the last line's end. */
export function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
