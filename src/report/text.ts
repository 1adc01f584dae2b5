import type { ChalkInstance } from 'chalk';
import type { AnyResult } from '../model/real-result.js';
import type { RunPlan } from '../model/run-plan.js';
import type { Machine } from '../model/run-result.js';
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
  oneLine,
  perVmLines,
  type RenderOptions,
  timingItems,
  workItems,
} from './content.js';
import { funclatency } from './funclatency.js';
import { type Backend, headerLines, resultHeaderLines } from './header.js';
import { importedItems, kvmItems } from './real-content.js';
import { chalkFor, columns, itemLines, labelled } from './terminal.js';

/** The report for a terminal. */

/** As `perf lock contention` aligns it, with its blank line under the column names. */
function perfLines(row: readonly Item[]): string[] {
  const widths = [10, 12, 12, 12];
  const line = (cells: readonly string[]) => {
    const figures = widths.map((width, column) => (cells[column] ?? '').padStart(width));
    const [type = '', caller = ''] = cells.slice(widths.length);
    return `${figures.join(' ')}   ${type.padStart(10)}   ${caller}`;
  };
  return [line(row.map(({ name }) => name)), '', line(row.map(({ value }) => value))];
}

/**
 * Strategy, machine and plan, printed before the run starts.
 * @returns two lines, each with its newline
 */
export function renderHeader(
  plan: RunPlan,
  environment: Machine,
  color: boolean,
  backend: Backend = 'threads',
): string {
  return headText(headerLines(plan, environment, backend), color);
}

/** The same of a result. */
export function resultHeader(result: AnyResult, color: boolean): string {
  return headText(resultHeaderLines(result), color);
}

function headText([subject, setting]: readonly [string, string], color: boolean): string {
  return `${chalkFor(color).bold(subject)}\n${setting}\n`;
}

/**
 * Everything below the header, beginning with the blank line that sets it off, so that header
 * and body written one after the other are the report.
 * @param result its percentiles are those of the options
 */
export function textBody(result: AnyResult, options: RenderOptions): string {
  const chalk = chalkFor(options.color);
  const histogram = funclatency(result.latency.register).trimEnd();
  const sections = [
    columns(latencyTable(result, options.percentiles)),
    `${chalk.bold('register latency, log2 histogram')}\n${histogram}`,
    ...lockSections(result, chalk),
    summaryLines(result, chalk).join('\n'),
  ].filter((section) => section !== '');
  const incomplete = incompleteness(result);
  if (incomplete !== null) {
    sections.unshift(chalk.red.bold(`${incomplete.mark}: ${incomplete.reason}`));
  }
  if (options.perVm) {
    sections.push([chalk.bold('register latency by VM, in ns'), ...perVmLines(result)].join('\n'));
  }
  if (result.warnings.length > 0) {
    const warnings = result.warnings.map(
      ({ message, remedy }) =>
        `${chalk.yellow('warning:')} ${oneLine(message)}; ${oneLine(remedy)}`,
    );
    sections.push(warnings.join('\n'));
  }
  return sections.map((section) => `\n${section}\n`).join('');
}

function lockSections(result: AnyResult, chalk: ChalkInstance): string[] {
  const row = lockRow(result);
  return row === null ? [] : [`${chalk.bold('lock contention')}\n${perfLines(row).join('\n')}`];
}

function summaryLines(result: AnyResult, chalk: ChalkInstance): string[] {
  const ifAny = (label: string, items: readonly Item[]) =>
    items.length > 0 ? itemLines(label, items) : [];
  return [
    ...ifAny('lock', lockItems(result)),
    ...ifAny('entry lock', entryLockItems(result)),
    ...ifAny('fairness', fairnessItems(result)),
    ...ifAny('work', workItems(result)),
    ...ifAny('connect', connectCostItems(result)),
    ...ifAny('errors', errorItems(result)),
    ...ifAny('kvm', kvmItems(result)),
    ...ifAny('imported', importedItems(result)),
    ...ifAny('timing', timingItems(result)),
    ...auditLines(result, chalk),
  ];
}

function auditLines(result: AnyResult, chalk: ChalkInstance): string[] {
  const audit = auditReport(result);
  if (audit === null) return [];
  const verdict = audit.clean ? chalk.green(audit.verdict) : chalk.red(audit.verdict);
  const findings = audit.findings.map((finding) => labelled('', chalk.red(finding)));
  return [labelled('audit', verdict), ...findings];
}
