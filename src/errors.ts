/** How irqbench ends. The one table of exit codes, which `irqbench --help` repeats. */
export const EXIT = {
  done: 0,
  /** A bug in irqbench itself. */
  bug: 1,
  /** Bad usage or bad input. */
  usage: 2,
  /** The run failed: a VM died, the audit found damage, out of memory or disk on the way. */
  runFailed: 3,
  /** `verify` found a violation. */
  violation: 4,
  /** A threshold was crossed, or a regression found. */
  crossed: 5,
  /** This machine cannot do it, and that was known beforehand. */
  machine: 6,
  /** Interrupted; what had been measured was printed and marked as partial. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error for the user: one line that names what is at fault, where, and the remedy. */
export class IrqbenchError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IrqbenchError';
    this.exitCode = exitCode;
  }
}

export function usageError(message: string, cause?: unknown): IrqbenchError {
  return new IrqbenchError(EXIT.usage, message, { cause });
}

export function runError(message: string, cause?: unknown): IrqbenchError {
  return new IrqbenchError(EXIT.runFailed, message, { cause });
}

export function machineError(message: string, cause?: unknown): IrqbenchError {
  return new IrqbenchError(EXIT.machine, message, { cause });
}

export function interruptedError(message: string): IrqbenchError {
  return new IrqbenchError(EXIT.interrupted, message);
}

export function isInterruption(thrown: unknown): boolean {
  return thrown instanceof IrqbenchError && thrown.exitCode === EXIT.interrupted;
}

/** The message of whatever was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.split('\n')[0] ?? '';
}

/** The `code` of a Node system error (`ENOENT`, `EPIPE` …), or undefined. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
