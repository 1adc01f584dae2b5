import type { Command } from 'commander';
import { z } from 'zod';
import { EXIT, type ExitCode } from '../errors.js';
import { runResultSchema, SCHEMA_VERSION } from '../model/run-result.js';
import { type Streams, writeOut } from './streams.js';

/** `irqbench schema`: the JSON Schema of results, from the source that checks them. */

const EXAMPLES = `
Examples:
  irqbench schema > result.schema.json`;

export function addSchemaCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  program
    .command('schema')
    .summary('print the JSON Schema of a result')
    .description('Prints the JSON Schema (draft 2020-12) that every JSON result follows.')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const schema = {
        title: `irqbench result, schemaVersion ${SCHEMA_VERSION}`,
        ...z.toJSONSchema(runResultSchema),
      };
      await writeOut(streams, `${JSON.stringify(schema, null, 2)}\n`);
      exit(EXIT.done);
    });
}
