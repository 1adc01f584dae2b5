import { type Command, Option } from 'commander';
import { usageError } from '../errors.js';
import type { CompareResult } from '../model/compare-result.js';
import type { AnyResult } from '../model/real-result.js';
import type { SweepResult } from '../model/sweep-result.js';
import {
  FORMATS,
  type Format,
  RESULT_FORMATS,
  type RenderOptions,
  render,
} from '../report/render.js';
import { type OutputFile, prepareOutput, writeReports } from './output-file.js';
import { type Streams, wantsColor, writeOut } from './streams.js';

/** The options that say how a result is shown, the same for every command that has one. */

/** What a report shows of a run, unless --percentiles says otherwise. */
export const DEFAULT_PERCENTILES = '50,90,99,99.9';

export interface ReportFlags {
  readonly format: Format;
  readonly output?: readonly string[];
  readonly percentiles?: string;
  readonly perVm?: true;
  readonly color: boolean;
}

/** Those of every result. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <name>', 'format of the standard output')
        .choices(FORMATS)
        .default('text'),
    )
    .option(
      '--output <file>',
      'also write the result to a file, in the format of its extension (.json .csv .hgrm .funclatency .md .txt) or the one before it (csv:FILE); repeatable',
      (path: string, before: readonly string[] = []) => [...before, path],
    )
    .option('--no-color', 'no colours (NO_COLOR=1 does the same)');
}

/** And those of what has the figures of single runs. */
export function addReportOptions(command: Command): Command {
  return addOutputOptions(command)
    .option('--percentiles <list>', 'percentiles to show', DEFAULT_PERCENTILES)
    .option('--per-vm', "add the reproducer's line for every burst VM: idx N min A max B avg C");
}

/** How one invocation shows its result: everything checked before there is one. */
export class Reporting {
  readonly format: Format;
  readonly options: RenderOptions;
  private readonly files: readonly OutputFile<Format>[];

  /** @throws IrqbenchError (2) for percentiles or paths that cannot be */
  constructor(flags: ReportFlags, streams: Streams) {
    this.format = flags.format;
    this.options = {
      percentiles: parsePercentiles(flags.percentiles ?? DEFAULT_PERCENTILES),
      perVm: flags.perVm === true,
      color: wantsColor(streams, flags.color),
    };
    this.files = (flags.output ?? []).map((path) =>
      prepareOutput(path, flags.format, RESULT_FORMATS),
    );
  }

  /**
   * Writes the standard output, then the files. One that fails costs no other.
   * @throws IrqbenchError (3), the first, when everything was tried
   */
  async write(
    result: AnyResult | CompareResult | SweepResult,
    streams: Streams,
    toStdout: string,
  ): Promise<void> {
    await writeReports(
      () => writeOut(streams, toStdout),
      this.files,
      (format) => render(result, format, { ...this.options, color: false }),
    );
  }
}

/** `50,90,99.9` → numbers above 0 and below 100, ascending. */
export function parsePercentiles(text: string): number[] {
  const values = text.split(',').map((part) => (/^\s*[\d.]+\s*$/.test(part) ? Number(part) : NaN));
  if (!values.every((value) => value > 0 && value < 100)) {
    throw usageError(
      `--percentiles: "${text}" is no list of percentiles; give numbers above 0 and below 100, such as ${DEFAULT_PERCENTILES}`,
    );
  }
  return [...new Set(values)].sort((a, b) => a - b);
}
