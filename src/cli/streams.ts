import { codeOf, messageOf, runError } from '../errors.js';

/** What a command writes to and learns its surroundings from: `process`, or a test's stand-in. */
export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Writes a command's output.
 * A reader that has gone away (`| head`) is not an error; a disk that is full is.
 * @throws IrqbenchError (3)
 */
export function writeOut({ stdout }: Streams, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(text, (error) => {
      if (!error || codeOf(error) === 'EPIPE') resolve();
      else reject(runError(`cannot write to standard output: ${messageOf(error)}`, error));
    });
  });
}

/** One line for the user beside the output: `irqbench: note: …`. */
export function tell(
  { stderr }: Streams,
  kind: 'note' | 'warning' | 'error',
  message: string,
): void {
  stderr.write(`irqbench: ${kind}: ${message.replace(/\s*\n\s*/g, ' ')}\n`);
}

/** Colours are for terminals whose owner did not say no (https://no-color.org). */
export function wantsColor({ stdout, env }: Streams, isAllowed: boolean): boolean {
  if (!isAllowed || env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  return stdout.isTTY === true && env.TERM !== 'dumb';
}
