import type { GateCheck, GateResult } from '../model/gate-result.js';
import { oneLine, type Table } from './content.js';
import {
  checkTable,
  gateHeader,
  gateIncompleteness,
  outcomeOf,
  refusedLines,
  remarkable,
} from './gate-content.js';
import { escaped, fence, table } from './markdown-blocks.js';

/** The report of a gate as GitHub shows it in a comment or a job summary. */
export function gateMarkdown(result: GateResult): string {
  const { subject, setting } = gateHeader(result);
  const incomplete = gateIncompleteness(result);
  const { mark, counts } = outcomeOf(result);
  const noted = remarkable(result);
  const held = result.checks.filter(({ verdict }) => verdict === 'held');
  const warnings = [
    ...refusedLines(result).map((line) => [line, 'save a baseline here']),
    ...result.warnings.map(({ message, remedy }) => [message, remedy]),
  ];
  const blocks = [
    `## ${escaped(subject)}`,
    escaped(setting),
    ...(incomplete === null ? [] : [`**${escaped(incomplete)}**`]),
    `**${mark}**: ${escaped(counts)}`,
    ...(noted.length === 0 ? [] : [table(withReasons(noted))]),
    // What holds is looked up now and then, and read by nobody.
    ...(held.length === 0 ? [] : [folded(`${held.length} held`, table(checkTable(held)))]),
    ...(result.accept === null
      ? []
      : ['What was found becomes the baseline with', fence(oneLine(result.accept))]),
    ...(warnings.length === 0
      ? []
      : ['### Warnings', table({ head: ['warning', 'remedy'], rows: warnings, text: [0, 1] })]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function withReasons(checks: readonly GateCheck[]): Table {
  const { head, rows, text = [] } = checkTable(checks);
  return {
    head: [...head, 'because'],
    text: [...text, head.length],
    rows: rows.map((row, at) => [...row, checks[at]?.reason ?? '']),
  };
}

function folded(summary: string, block: string): string {
  return `<details><summary>${escaped(summary)}</summary>\n\n${block}\n\n</details>`;
}
