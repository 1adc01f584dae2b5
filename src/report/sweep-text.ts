import type { SweepResult } from '../model/sweep-result.js';
import { counted } from '../units.js';
import { compareHeaderText } from './compare-text.js';
import {
  medianTable,
  rangeTable,
  sweepBars,
  sweepProblems,
  sweepWarnings,
} from './sweep-content.js';
import { type SweepSubject, sweepHeader } from './sweep-header.js';
import { chalkFor, columns } from './terminal.js';

/** The report of a sweep for a terminal. */

/**
 * What is swept, on which machine, and the axes: printed before the first point is run.
 * @returns two lines and one for each axis, each with its newline
 */
export function renderSweepHeader(sweep: SweepSubject, color: boolean): string {
  const { subject, setting, axes } = sweepHeader(sweep);
  return compareHeaderText({ subject, setting, strategies: axes }, color);
}

/** Everything below the header, beginning with the blank line that sets it off. */
export function sweepTextBody(result: SweepResult, color: boolean): string {
  const chalk = chalkFor(color);
  const { points, seeds } = result;
  const problems = sweepProblems(result).map(({ mark, reason }) =>
    chalk.red.bold(`${mark}: ${reason}`),
  );
  const warnings = sweepWarnings(result).map(
    ({ message, remedy }) => `${chalk.yellow('warning:')} ${message}; ${remedy}`,
  );
  const hasRanges = seeds > 1 && points.length > 0;
  const sections = [
    problems,
    points.length > 0 ? [columns(medianTable(result))] : ['no point of the grid'],
    hasRanges
      ? [chalk.bold(`range over ${counted(seeds, 'seed')}`), columns(rangeTable(result))]
      : [],
    ...sweepBars(result).map(({ title, lines }) => [chalk.bold(title), ...lines]),
    warnings,
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `\n${lines.join('\n')}\n`)
    .join('');
}
