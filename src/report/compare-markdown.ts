import type { CompareResult } from '../model/compare-result.js';
import { barLines } from './compare-bars.js';
import {
  byMetric,
  compareIncompleteness,
  compareWarnings,
  comparisonRules,
  comparisonTable,
  damageLines,
  strategyTable,
  workTable,
} from './compare-content.js';
import { headerOf } from './compare-header.js';
import { histogramTable } from './compare-histogram.js';
import { perVmLines, type RenderOptions, type Table } from './content.js';
import { escaped, fence, table } from './markdown-blocks.js';

/** The report of a comparison as GitHub shows it in a comment or a job summary. */

/** @param result its percentiles are those of the options */
export function compareMarkdown(result: CompareResult, options: RenderOptions): string {
  const { subject, setting, strategies } = headerOf(result);
  const axes = strategies.map(({ name, value }) => [name, value]);
  const bars = byMetric(result).map((group) => {
    const { title, lines } = barLines(group);
    return [title, ...lines].join('\n');
  });
  const blocks = [
    `## ${escaped(subject)}`,
    escaped(setting),
    ...compareIncompleteness(result).map(({ mark, reason }) => `**${mark}**: ${escaped(reason)}`),
    table({ head: ['strategy', 'what it is'], text: [0, 1], rows: axes }),
    ...(bars.length > 0
      ? [
          '### Comparison',
          table(withReasons(result)),
          escaped(comparisonRules(result).join('; ')),
          fence(bars.join('\n\n')),
        ]
      : []),
    '### Latency',
    table(strategyTable(result, options.percentiles)),
    '### Work',
    table(workTable(result)),
  ];
  const histogram = histogramTable(result);
  if (histogram !== null) blocks.push('### Register latency', table(histogram));
  if (options.perVm) {
    for (const run of result.runs) {
      const title = `### Register latency by VM of ${escaped(run.label)}, in ns`;
      blocks.push(title, fence(perVmLines(run.result).join('\n')));
    }
  }
  const damage = damageLines(result);
  if (damage.length > 0) {
    blocks.push('### Audit', table({ head: ['finding'], rows: damage.map((line) => [line]) }));
  }
  const warnings = compareWarnings(result).map(({ message, remedy }) => [message, remedy]);
  if (warnings.length > 0) {
    blocks.push('### Warnings', table({ head: ['warning', 'remedy'], rows: warnings }));
  }
  return `${blocks.join('\n\n')}\n`;
}

/** A cell has the room for a reason that a terminal has not. */
function withReasons(result: CompareResult): Table {
  const { head, rows, text = [] } = comparisonTable(result);
  return {
    head: [...head, 'because'],
    text: [...text, head.length],
    rows: rows.map((row, at) => [...row, result.comparisons[at]?.reason ?? '']),
  };
}
