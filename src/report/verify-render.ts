import type { VerifyResult, Violation } from '../model/verify-result.js';
import { counted } from '../units.js';
import { oneLine } from './content.js';
import { escaped, fence, table } from './markdown-blocks.js';
import { chalkFor, columns, labelled } from './terminal.js';
import {
  nameOfSubject,
  nounOfTrial,
  positionLines,
  replayCommand,
  settingOf,
  sourceLines,
  subjectOf,
  traceTable,
  trialTable,
  verdictLines,
} from './verify-content.js';

/** A verification in the formats there are of it. */

export const VERIFY_FORMATS = ['text', 'json', 'markdown'] as const;
export type VerifyFormat = (typeof VERIFY_FORMATS)[number];

/** @param color whether the text format may use terminal colours */
export function renderVerify(result: VerifyResult, format: VerifyFormat, color: boolean): string {
  if (format === 'json') return `${JSON.stringify(result, null, 2)}\n`;
  return format === 'markdown' ? markdown(result) : text(result, color);
}

function text(result: VerifyResult, color: boolean): string {
  const chalk = chalkFor(color);
  const { violation } = result;
  const paint = violation === null ? chalk.green : chalk.red.bold;
  const sections = [
    `${chalk.bold(oneLine(subjectOf(result)))}\n${settingOf(result)}`,
    columns(trialTable(result)),
    `${labelled('checked', result.checks.join(', '))}\n${verdictLines(result)
      .map((line, index) => labelled(index === 0 ? 'verdict' : '', paint(oneLine(line))))
      .join('\n')}`,
  ];
  if (violation !== null) sections.push(...violationText(result, violation));
  return `${sections.join('\n\n')}\n`;
}

function violationText(result: VerifyResult, violation: Violation): string[] {
  const sources = sourceLines(violation);
  const width = Math.max(0, ...sources.map(([name]) => name.length));
  return [
    `${counted(violation.trace.length + (violation.omitted?.steps ?? 0), 'step')}, ${counted(violation.preemptions, 'preemption')}, ${nounOfTrial(result)} ${violation.trial}`,
    columns(traceTable(violation)),
    positionLines(violation).map(oneLine).join('\n'),
    sources.map(([name, source]) => `${name.padEnd(width)}  ${oneLine(source)}`).join('\n'),
    labelled('replay', replayCommand(result, violation)),
  ];
}

function markdown(result: VerifyResult): string {
  const { violation } = result;
  const blocks = [
    `## irqbench verify ${escaped(nameOfSubject(result))}`,
    `${escaped(subjectOf(result))}; ${settingOf(result)}.`,
    table(trialTable(result)),
    `Checked: ${result.checks.join(', ')}.`,
    verdictLines(result)
      .map((line) => `- **${escaped(line)}**`)
      .join('\n'),
  ];
  if (violation !== null) {
    blocks.push(
      table(traceTable(violation)),
      positionLines(violation)
        .map((line) => `- ${escaped(line)}`)
        .join('\n'),
      table({ head: ['place', 'source'], rows: sourceLines(violation), text: [0, 1] }),
      fence(oneLine(replayCommand(result, violation))),
    );
  }
  return `${blocks.join('\n\n')}\n`;
}
