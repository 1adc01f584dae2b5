import { CommanderError } from 'commander';
import { createProgram } from './cli/program.js';
import { type Streams, tell } from './cli/streams.js';
import { EXIT, type ExitCode, IrqbenchError, messageOf } from './errors.js';

/**
 * irqbench: parses the arguments, runs the command, says what went wrong in one line.
 * @param argv the arguments after the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[], streams: Streams): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  try {
    const program = await createProgram(argv, streams, (exitCode) => {
      code = exitCode;
    });
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.done;
    const [failure, message] = explain(thrown);
    tell(streams, 'error', message);
    if (argv.includes('--debug') && thrown instanceof Error)
      streams.stderr.write(`${thrown.stack}\n`);
    return failure;
  }
}

function explain(thrown: unknown): [code: ExitCode, message: string] {
  if (thrown instanceof IrqbenchError) return [thrown.exitCode, thrown.message];
  if (thrown instanceof CommanderError) return [EXIT.usage, usageMessage(thrown)];
  return [
    EXIT.bug,
    `a bug in irqbench: ${messageOf(thrown)} (run again with --debug and report it)`,
  ];
}

/** Commander's message without its prefix, and where to look. */
function usageMessage({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'no command given; see irqbench --help';
  const text = message.replace(/^error: /, '').trim();
  return text.includes('--help') ? text : `${text}; see irqbench --help`;
}

/** The process's own start: its arguments, its streams, its exit code. */
export async function start(): Promise<void> {
  const { stdout, stderr, env } = process;
  // The writer is told of a broken pipe through its callback; nobody else needs to be.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  process.exitCode = await run(process.argv.slice(2), { stdout, stderr, env });
}
