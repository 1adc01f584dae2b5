import { appendFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { messageOf, runError } from '../errors.js';
import type { GateResult } from '../model/gate-result.js';
import { gateAnnotations } from '../report/gate-github.js';
import { GATE_FORMATS, type GateFormat, renderGate } from '../report/render.js';
import { type OutputFile, prepareOutput, writeReports } from './output-file.js';
import { type Streams, tell, wantsColor, writeOut } from './streams.js';

/** How a gate says what it found: formats, files, and what GitHub is told. */

export interface GateReportFlags {
  readonly format: GateFormat;
  readonly output?: readonly string[];
  readonly github?: true;
  readonly color: boolean;
}

export function addGateReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <name>', 'format of the standard output')
        .choices(GATE_FORMATS.names)
        .default('text'),
    )
    .option(
      '--output <file>',
      'also write what was found to a file, in the format of its extension (.txt .md .json; .xml: junit) or the one before it (bencher:FILE); repeatable',
      (path: string, before: readonly string[] = []) => [...before, path],
    )
    .option(
      '--github',
      'annotate the job, and append the markdown report to its summary ($GITHUB_STEP_SUMMARY)',
    )
    .option('--no-color', 'no colours (NO_COLOR=1 does the same)');
}

/** How one gate shows what it found: everything checked before there is anything. */
export class GateReporting {
  readonly format: GateFormat;
  readonly color: boolean;
  readonly #files: readonly OutputFile<GateFormat>[];
  readonly #isGithub: boolean;

  /** @throws IrqbenchError (2) for paths that cannot be */
  constructor(flags: GateReportFlags, streams: Streams) {
    this.format = flags.format;
    this.color = wantsColor(streams, flags.color);
    this.#files = (flags.output ?? []).map((path) =>
      prepareOutput(path, flags.format, GATE_FORMATS),
    );
    this.#isGithub = flags.github === true;
  }

  /**
   * The standard output, the files, then GitHub. What fails costs nothing else.
   * @throws IrqbenchError (3), the first, when everything was tried
   */
  async write(result: GateResult, streams: Streams): Promise<void> {
    const failures: unknown[] = [];
    await writeReports(
      () => writeOut(streams, renderGate(result, this.format, this.color)),
      this.#files,
      (format) => renderGate(result, format, false),
    ).catch((thrown: unknown) => failures.push(thrown));
    if (this.#isGithub) {
      await this.#tellGithub(result, streams).catch((thrown: unknown) => failures.push(thrown));
    }
    if (failures.length > 0) throw failures[0];
  }

  async #tellGithub(result: GateResult, streams: Streams): Promise<void> {
    const annotations = gateAnnotations(result);
    // The runner reads both; the standard output of a format for machines is not ours to write in.
    if (this.format === 'text' || this.format === 'markdown') await writeOut(streams, annotations);
    else streams.stderr.write(annotations);
    const summary = streams.env.GITHUB_STEP_SUMMARY;
    if (!summary) {
      tell(
        streams,
        'note',
        '--github: GITHUB_STEP_SUMMARY names no file, so there is no job summary',
      );
      return;
    }
    try {
      appendFileSync(summary, renderGate(result, 'markdown', false));
    } catch (thrown) {
      throw runError(
        `GITHUB_STEP_SUMMARY ${summary}: cannot be written: ${messageOf(thrown)}`,
        thrown,
      );
    }
  }
}
