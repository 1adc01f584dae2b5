import type { AnyResult } from '../model/real-result.js';
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
import { resultHeaderLines } from './header.js';
import { escaped, fence, itemTable, table } from './markdown-blocks.js';
import { importedItems, kvmItems } from './real-content.js';

/** The report as GitHub shows it in a comment or a job summary. */

function auditBlocks(result: AnyResult): string[] {
  const audit = auditReport(result);
  if (audit === null) return [];
  const { clean, verdict, findings } = audit;
  if (clean) return ['### Audit', verdict];
  const rows = findings.map((finding) => [finding]);
  const list = rows.length > 0 ? `\n\n${table({ head: ['finding'], rows })}` : '';
  return ['### Audit', `**${escaped(verdict)}**${list}`];
}

function lockBlocks(result: AnyResult): string[] {
  const row = lockRow(result);
  if (row === null) return [];
  const head = row.map(({ name }) => name);
  return ['### Lock contention', table({ head, rows: [row.map(({ value }) => value)] })];
}

/** @param result its percentiles are those of the options */
export function markdown(result: AnyResult, options: RenderOptions): string {
  const [subject, setting] = resultHeaderLines(result);
  const incomplete = incompleteness(result);
  const ifAny = (title: string, items: readonly Item[]) =>
    items.length > 0 ? [itemTable(title, items)] : [];
  const headed = (heading: string, ...tables: string[][]) => {
    const blocks = tables.flat();
    return blocks.length > 0 ? [`### ${heading}`, ...blocks] : [];
  };
  const blocks = [
    `## ${escaped(subject)}`,
    escaped(setting),
    ...(incomplete === null ? [] : [`**${incomplete.mark}**: ${escaped(incomplete.reason)}`]),
    '### Latency',
    table(latencyTable(result, options.percentiles)),
    '### Register latency, log2 histogram',
    fence(funclatency(result.latency.register).trimEnd()),
    ...lockBlocks(result),
    ...ifAny('lock', lockItems(result)),
    ...ifAny('entry lock', entryLockItems(result)),
    ...headed('Fairness', ifAny('fairness', fairnessItems(result))),
    ...headed(
      'Work',
      ifAny('work', workItems(result)),
      ifAny('connect', connectCostItems(result)),
      ifAny('errors', errorItems(result)),
    ),
    ...headed('KVM', ifAny('kvm', kvmItems(result))),
    ...headed('Imported', ifAny('imported', importedItems(result))),
    ...headed('Timing', ifAny('timing', timingItems(result))),
    ...auditBlocks(result),
  ];
  if (options.perVm)
    blocks.push('### Register latency by VM, in ns', fence(perVmLines(result).join('\n')));
  if (result.warnings.length > 0) {
    const rows = result.warnings.map(({ message, remedy }) => [message, remedy]);
    blocks.push('### Warnings', table({ head: ['warning', 'remedy'], rows }));
  }
  return `${blocks.join('\n\n')}\n`;
}
