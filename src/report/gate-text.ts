import type { ChalkInstance } from 'chalk';
import { type GateResult, type GateVerdict, isFailure } from '../model/gate-result.js';
import { oneLine } from './content.js';
import {
  checkTable,
  gateHeader,
  gateIncompleteness,
  outcomeOf,
  refusedLines,
  remarkable,
  sentenceOf,
} from './gate-content.js';
import { chalkFor, columns, labelled } from './terminal.js';

/** The report of a gate for a terminal. */
export function gateText(result: GateResult, color: boolean): string {
  const chalk = chalkFor(color);
  const { subject, setting } = gateHeader(result);
  const incomplete = gateIncompleteness(result);
  const { mark, counts } = outcomeOf(result);
  const warned = (line: string) => `${chalk.yellow('warning:')} ${line}`;
  const sections = [
    [chalk.bold(subject), setting],
    incomplete === null ? [] : [chalk.red.bold(incomplete)],
    result.checks.length === 0 ? [] : [checks(result, chalk)],
    remarkable(result).map((check) => paint(check.verdict, sentenceOf(check), chalk)),
    [
      labelled('gate', `${result.passed ? chalk.green(mark) : chalk.red.bold(mark)}: ${counts}`),
      ...(result.accept === null ? [] : [labelled('accept', oneLine(result.accept))]),
    ],
    [
      ...refusedLines(result).map(warned),
      ...result.warnings.map(({ message, remedy }) =>
        warned(`${oneLine(message)}; ${oneLine(remedy)}`),
      ),
    ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function checks({ checks }: GateResult, chalk: ChalkInstance): string {
  const content = checkTable(checks);
  const verdictAt = content.head.length - 1;
  const rows = content.rows.map((row, at) => {
    const verdict = checks[at]?.verdict ?? 'held';
    return row.map((cell, column) => (column === verdictAt ? paint(verdict, cell, chalk) : cell));
  });
  return columns({ ...content, rows });
}

function paint(verdict: GateVerdict, text: string, chalk: ChalkInstance): string {
  if (isFailure(verdict)) return chalk.red(text);
  switch (verdict) {
    case 'improved':
      return chalk.green(text);
    case 'allowed':
      return chalk.yellow(text);
    default:
      return text;
  }
}
