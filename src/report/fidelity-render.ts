import type { FidelityResult, ReferenceOutcome } from '../model/fidelity-result.js';
import { oneLine } from './content.js';
import {
  figureTable,
  fittedLines,
  mapSummary,
  mapTable,
  referencesOf,
  sensitivityTable,
  summaryOf,
} from './fidelity-content.js';
import { escaped, table } from './markdown-blocks.js';
import { chalkFor, columns, labelled } from './terminal.js';

/** Predicted beside published, in the formats there are of it. */

export const FIDELITY_FORMATS = ['text', 'json', 'markdown'] as const;
export type FidelityFormat = (typeof FIDELITY_FORMATS)[number];

const NOTHING_FITTED = 'nothing was fitted to these figures';
const PARTIAL = 'PARTIAL: interrupted; medians are of the seeds that were done';

/** @param color whether the text format may use terminal colours */
export function renderFidelity(
  result: FidelityResult,
  format: FidelityFormat,
  color: boolean,
): string {
  if (format === 'json') return `${JSON.stringify(result, null, 2)}\n`;
  return format === 'markdown' ? markdown(result) : text(result, color);
}

function text(result: FidelityResult, color: boolean): string {
  const chalk = chalkFor(color);
  const sections = [
    chalk.bold(referencesOf(result)),
    ...(result.partial ? [chalk.red.bold(PARTIAL)] : []),
    ...result.references.flatMap((outcome) => referenceText(outcome, chalk.bold)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function referenceText(outcome: ReferenceOutcome, bold: (text: string) => string): string[] {
  const { name, description, source, host } = outcome.reference;
  const sections = [
    [
      bold(`${oneLine(name)}: ${oneLine(description)}`),
      labelled('source', oneLine(source)),
      labelled('host', host),
    ].join('\n'),
  ];
  if (outcome.figures.length > 0) {
    const fitted = fittedLines(outcome);
    const lines = fitted.length > 0 ? fitted : [NOTHING_FITTED];
    sections.push(
      columns(figureTable(outcome)),
      [
        labelled('verdict', summaryOf(outcome)),
        ...lines.map((line, at) => labelled(at === 0 ? 'fitted' : '', line)),
      ].join('\n'),
    );
  }
  if (outcome.sensitivity.length > 0) sections.push(columns(sensitivityTable(outcome)));
  if (outcome.map.length > 0) {
    sections.push(columns(mapTable(outcome)), labelled('map', mapSummary(outcome)));
  }
  return sections;
}

function markdown(result: FidelityResult): string {
  const blocks = [
    `## ${referencesOf(result)}`,
    ...(result.partial ? [`**${PARTIAL}**`] : []),
    ...result.references.flatMap(referenceMarkdown),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function referenceMarkdown(outcome: ReferenceOutcome): string[] {
  const { name, description, source, host } = outcome.reference;
  const blocks = [
    `### ${escaped(name)}`,
    `${escaped(description)}. Source: ${escaped(source)}. Host: ${escaped(host)}.`,
  ];
  if (outcome.figures.length > 0) {
    const fitted = fittedLines(outcome);
    blocks.push(
      table(figureTable(outcome)),
      `${summaryOf(outcome)}; ${fitted.length > 0 ? fitted.map(escaped).join('; ') : NOTHING_FITTED}.`,
    );
  }
  if (outcome.sensitivity.length > 0) blocks.push(table(sensitivityTable(outcome)));
  if (outcome.map.length > 0) blocks.push(table(mapTable(outcome)), escaped(mapSummary(outcome)));
  return blocks;
}
