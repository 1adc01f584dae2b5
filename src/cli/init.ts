import { constants, copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Argument, type Command } from 'commander';
import { codeOf, EXIT, type ExitCode, messageOf, usageError } from '../errors.js';
import { type Streams, writeOut } from './streams.js';

/** `irqbench init`: a lock or an index of one's own, to begin with. */

const KINDS = ['lock', 'index'] as const;
type Kind = (typeof KINDS)[number];

/** From dist/src/cli/, where this file runs. */
const TEMPLATES = new URL('../../../workloads/templates/', import.meta.url);

const EXAMPLES = `
Examples:
  irqbench init lock mine.mjs && irqbench compare linux-6.17 lock=./mine.mjs
  irqbench init index mine.mjs && irqbench fork --index ./mine.mjs`;

export function addInitCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('init')
    .addArgument(new Argument('<kind>', 'what to begin').choices(KINDS))
    .argument('<file>', 'where to write it, such as mine.mjs')
    .summary('write a template for a lock or an index of your own')
    .description(
      'Writes a commented ES module that works as it is, and whose comments say the contract: ' +
        'what it exports, what it is given, what is checked.',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (kind: Kind, file: string) => {
      writeTemplate(kind, file);
      const path = /[/\\]/.test(file) ? file : `./${file}`;
      const next =
        kind === 'lock' ? `compare linux-6.17 lock=${path}` : `compare linux-6.17 index=${path}`;
      await writeOut(streams, `wrote ${file}; try it: irqbench ${next}\n`);
      exit(EXIT.done);
    });
}

/** @throws IrqbenchError (2) where the file exists or cannot be written */
function writeTemplate(kind: Kind, file: string): void {
  if (!/\.m?js$/.test(file)) {
    throw usageError(`init ${kind}: ${file} is no name of an ES module; give one such as mine.mjs`);
  }
  try {
    copyFileSync(fileURLToPath(new URL(`${kind}.mjs`, TEMPLATES)), file, constants.COPYFILE_EXCL);
  } catch (thrown) {
    const why =
      codeOf(thrown) === 'EEXIST'
        ? 'exists, and is left as it is; give another name'
        : `cannot be written (${messageOf(thrown)})`;
    throw usageError(`init ${kind}: ${file} ${why}`, thrown);
  }
}
