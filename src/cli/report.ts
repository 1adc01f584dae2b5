import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { EXIT, type ExitCode, messageOf, usageError } from '../errors.js';
import { type CompareResult, compareResultSchema } from '../model/compare-result.js';
import { type RunResult, runResultSchema, SCHEMA_VERSION } from '../model/run-result.js';
import { render } from '../report/render.js';
import { addReportOptions, type ReportFlags, Reporting } from './report-options.js';
import type { Streams } from './streams.js';

/** `irqbench report`: a saved result, of a run or of a comparison, in any format. */

const EXAMPLES = `
Examples:
  irqbench report result.json
  irqbench report result.json --format funclatency
  irqbench report result.json --percentiles 50,95,99 --output result.csv --output result.md
  irqbench fork --workload smoke --format json | irqbench report -`;

export function addReportCommand(
  program: Command,
  streams: Streams,
  exit: (code: ExitCode) => void,
): void {
  const command = program
    .command('report')
    .argument('<result>', 'a result saved as JSON, or - for the standard input')
    .summary('print a saved result in any format')
    .description(
      'Prints a result of fork or compare that was saved as JSON, in any of the formats.',
    );
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES);
  command.action(async (path: string, flags: ReportFlags) => {
    const reporting = new Reporting(flags, streams);
    const result = readResult(path);
    await reporting.write(result, streams, render(result, reporting.format, reporting.options));
    exit(EXIT.done);
  });
}

/** @throws IrqbenchError (2) that names the file and the place in it */
function readResult(path: string): RunResult | CompareResult {
  const name = path === '-' ? 'standard input' : path;
  let saved: unknown;
  try {
    saved = JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (thrown) {
    const isSyntax = thrown instanceof SyntaxError;
    throw usageError(
      isSyntax
        ? `${name}: is not JSON (${messageOf(thrown)}); give a result saved with --format json or --output FILE.json`
        : `${name}: cannot be read (${messageOf(thrown)})`,
      thrown,
    );
  }
  const { kind, schemaVersion: version } = Object(saved) as Record<string, unknown>;
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    throw usageError(
      `${name}: has schemaVersion ${version}, this irqbench reads up to ${SCHEMA_VERSION}; use a newer irqbench`,
    );
  }
  // A run's result has no kind.
  const isComparison = kind === 'compare';
  const parsed = (isComparison ? compareResultSchema : runResultSchema).safeParse(saved);
  if (parsed.success) return parsed.data;
  const what = isComparison ? 'irqbench comparison' : 'irqbench result';
  const issue = parsed.error.issues[0];
  throw usageError(
    `${name}: is no ${what}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
  );
}
