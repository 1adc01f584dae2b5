import type { SweepResult } from '../model/sweep-result.js';
import { counted } from '../units.js';
import { escaped, fence, table } from './markdown-blocks.js';
import {
  medianTable,
  rangeTable,
  sweepBars,
  sweepProblems,
  sweepWarnings,
} from './sweep-content.js';
import { headerOfSweep } from './sweep-header.js';

/** The report of a sweep as GitHub shows it in a comment or a job summary. */
export function sweepMarkdown(result: SweepResult): string {
  const { subject, setting, axes } = headerOfSweep(result);
  const { points, seeds } = result;
  const bars = sweepBars(result).map(({ title, lines }) => [title, ...lines].join('\n'));
  const warnings = sweepWarnings(result).map(({ message, remedy }) => [message, remedy]);
  const blocks = [
    `## ${escaped(subject)}`,
    escaped(setting),
    ...sweepProblems(result).map(({ mark, reason }) => `**${mark}**: ${escaped(reason)}`),
    table({
      head: ['axis', 'values'],
      text: [0, 1],
      rows: axes.map(({ name, value }) => [name, value]),
    }),
    '### Points',
    points.length > 0 ? table(medianTable(result)) : 'no point of the grid',
    ...(seeds > 1 && points.length > 0
      ? [`### Range over ${counted(seeds, 'seed')}`, table(rangeTable(result))]
      : []),
    ...(bars.length > 0 ? [fence(bars.join('\n\n'))] : []),
    ...(warnings.length > 0
      ? ['### Warnings', table({ head: ['warning', 'remedy'], rows: warnings })]
      : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}
