import type { ChalkInstance } from 'chalk';
import type { CompareResult, Verdict } from '../model/compare-result.js';
import type { Machine } from '../model/run-result.js';
import { barLines } from './compare-bars.js';
import {
  byMetric,
  compareIncompleteness,
  compareWarnings,
  comparisonRules,
  comparisonTable,
  damageLines,
  strategyTable,
  verdictSentences,
  workTable,
} from './compare-content.js';
import { type CompareHeader, compareHeader, type Subject } from './compare-header.js';
import { histogramTable } from './compare-histogram.js';
import { oneLine, perVmLines, type RenderOptions } from './content.js';
import type { Backend } from './header.js';
import { chalkFor, columns } from './terminal.js';

/** The report of a comparison for a terminal. */

/**
 * Strategies, machine and what the plans have in common, printed before the first round.
 * @param subjects the reference first
 * @returns two lines and one for each strategy, each with its newline
 */
export function renderCompareHeader(
  subjects: readonly Subject[],
  environment: Machine | null,
  color: boolean,
  backend: Backend = 'threads',
): string {
  return compareHeaderText(compareHeader(subjects, environment, backend), color);
}

export function compareHeaderText(
  { subject, setting, strategies }: CompareHeader,
  color: boolean,
): string {
  const width = Math.max(0, ...strategies.map(({ name }) => name.length));
  const lines = strategies.map(({ name, value }) => `  ${name.padEnd(width)}  ${value}`);
  return `${[chalkFor(color).bold(subject), setting, ...lines].join('\n')}\n`;
}

/**
 * Everything below the header, beginning with the blank line that sets it off, so that header
 * and body written one after the other are the report.
 * @param result its percentiles are those of the options
 */
export function compareTextBody(result: CompareResult, options: RenderOptions): string {
  const chalk = chalkFor(options.color);
  const marks = compareIncompleteness(result).map(({ mark, reason }) =>
    chalk.red.bold(`${mark}: ${reason}`),
  );
  const damage = damageLines(result).map((line) => chalk.red(line));
  const warnings = compareWarnings(result).map(
    ({ message, remedy }) => `${chalk.yellow('warning:')} ${message}; ${remedy}`,
  );
  const sections = [
    marks,
    [columns(strategyTable(result, options.percentiles))],
    [columns(workTable(result))],
    ...histogramSections(result),
    ...byMetric(result).map((group) => {
      const { title, lines } = barLines(group);
      return [chalk.bold(title), ...lines];
    }),
    ...comparisonSections(result, chalk),
    ...(options.perVm
      ? result.runs.map((run) => [
          chalk.bold(`register latency by VM of ${oneLine(run.label)}, in ns`),
          ...perVmLines(run.result),
        ])
      : []),
    damage.length > 0 ? [chalk.bold('audit'), ...damage] : [],
    warnings,
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `\n${lines.join('\n')}\n`)
    .join('');
}

function histogramSections(result: CompareResult): string[][] {
  const table = histogramTable(result);
  return table === null ? [] : [[columns(table)]];
}

function comparisonSections(result: CompareResult, chalk: ChalkInstance): string[][] {
  if (result.comparisons.length === 0) return [];
  const content = comparisonTable(result);
  const verdictAt = content.head.length - 1;
  const rows = content.rows.map((row, at) => {
    const verdict = result.comparisons[at]?.verdict ?? 'cannot tell';
    return row.map((cell, column) => (column === verdictAt ? colored(verdict, cell, chalk) : cell));
  });
  return [[columns({ ...content, rows })], comparisonRules(result), verdictSentences(result)];
}

function colored(verdict: Verdict, text: string, chalk: ChalkInstance): string {
  switch (verdict) {
    case 'faster':
      return chalk.green(text);
    case 'slower':
      return chalk.red(text);
    case 'cannot tell':
      return chalk.yellow(text);
    case 'no difference shown':
      return text;
  }
}
