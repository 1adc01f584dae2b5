import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../errors.js';
import { render } from '../report/render.js';
import { readResult } from './read-result.js';
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
