import type { RunResult } from '../model/run-result.js';
import {
  auditReport,
  connectCostItems,
  entryLockItems,
  errorItems,
  fairnessItems,
  type Item,
  incompleteness,
  latencyTable,
  lockItems,
  lockRow,
  perVmLines,
  type RenderOptions,
  timingItems,
  workItems,
} from './content.js';
import { funclatency } from './funclatency.js';
import { headerLines } from './header.js';
import { escaped, fence, itemTable, table } from './markdown-blocks.js';

/** The report as GitHub shows it in a comment or a job summary. */

function auditSection(result: RunResult): string {
  const { clean, verdict, findings } = auditReport(result);
  if (clean) return verdict;
  const rows = findings.map((finding) => [finding]);
  const list = rows.length > 0 ? `\n\n${table({ head: ['finding'], rows })}` : '';
  return `**${escaped(verdict)}**${list}`;
}

/** @param result its percentiles are those of the options */
export function markdown(result: RunResult, options: RenderOptions): string {
  const [subject, setting] = headerLines(result.plan, result.environment, result.backend);
  const incomplete = incompleteness(result);
  const lock = lockRow(result);
  const ifAny = (title: string, items: readonly Item[]) =>
    items.length > 0 ? [itemTable(title, items)] : [];
  const blocks = [
    `## ${escaped(subject)}`,
    escaped(setting),
    ...(incomplete === null ? [] : [`**${incomplete.mark}**: ${escaped(incomplete.reason)}`]),
    '### Latency',
    table(latencyTable(result, options.percentiles)),
    '### Register latency, log2 histogram',
    fence(funclatency(result.latency.register).trimEnd()),
    '### Lock contention',
    table({ head: lock.map(({ name }) => name), rows: [lock.map(({ value }) => value)] }),
    itemTable('lock', lockItems(result)),
    ...ifAny('entry lock', entryLockItems(result)),
    '### Fairness',
    itemTable('fairness', fairnessItems(result)),
    '### Work',
    itemTable('work', workItems(result)),
    ...ifAny('connect', connectCostItems(result)),
    ...ifAny('errors', errorItems(result)),
    '### Timing',
    itemTable('timing', timingItems(result)),
    '### Audit',
    auditSection(result),
  ];
  if (options.perVm)
    blocks.push('### Register latency by VM, in ns', fence(perVmLines(result).join('\n')));
  if (result.warnings.length > 0) {
    const rows = result.warnings.map(({ message, remedy }) => [message, remedy]);
    blocks.push('### Warnings', table({ head: ['warning', 'remedy'], rows }));
  }
  return `${blocks.join('\n\n')}\n`;
}
