import { EXIT, type ExitCode, machineError } from '../errors.js';
import type { RunResult, Warning } from '../model/run-result.js';
import type { Format } from '../report/render.js';
import { type Streams, tell } from './streams.js';

/** How a command that ran something begins and ends, whatever it ran. */

/** @throws IrqbenchError (6) on systems that runs were never tried on */
export function checkPlatform(): void {
  if (['linux', 'darwin'].includes(process.platform)) return;
  throw machineError(`irqbench runs on Linux and macOS, this is ${process.platform}`);
}

/** Formats that have no room for warnings leave them to the standard error. */
export function tellWarnings(
  warnings: readonly Pick<Warning, 'message' | 'remedy'>[],
  format: Format,
  streams: Streams,
): void {
  if (!['csv', 'hgrm', 'funclatency'].includes(format)) return;
  for (const { message, remedy } of warnings) tell(streams, 'warning', `${message}; ${remedy}`);
}

/** Says why a result is not whole, if it is not. @returns the exit code */
export function endingOf(
  { failure, partial }: Pick<RunResult, 'failure' | 'partial'>,
  streams: Streams,
): ExitCode {
  if (failure !== null) {
    tell(streams, 'error', failure);
    return EXIT.runFailed;
  }
  if (partial) {
    tell(streams, 'error', 'interrupted: the result is partial');
    return EXIT.interrupted;
  }
  return EXIT.done;
}
