import type { ChalkInstance } from 'chalk';
import type { RunPlan } from '../model/run-plan.js';
import type { Machine, RunResult } from '../model/run-result.js';
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
import { type Backend, headerLines } from './header.js';
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
  const [subject, setting] = headerLines(plan, environment, backend);
  return `${chalkFor(color).bold(subject)}\n${setting}\n`;
}

/**
 * Everything below the header, beginning with the blank line that sets it off, so that header
 * and body written one after the other are the report.
 * @param result its percentiles are those of the options
 */
export function textBody(result: RunResult, options: RenderOptions): string {
  const chalk = chalkFor(options.color);
  const histogram = funclatency(result.latency.register).trimEnd();
  const sections = [
    columns(latencyTable(result, options.percentiles)),
    `${chalk.bold('register latency, log2 histogram')}\n${histogram}`,
    `${chalk.bold('lock contention')}\n${perfLines(lockRow(result)).join('\n')}`,
    summaryLines(result, chalk).join('\n'),
  ];
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

function summaryLines(result: RunResult, chalk: ChalkInstance): string[] {
  const ifAny = (label: string, items: readonly Item[]) =>
    items.length > 0 ? itemLines(label, items) : [];
  const audit = auditReport(result);
  return [
    ...itemLines('lock', lockItems(result)),
    ...ifAny('entry lock', entryLockItems(result)),
    ...itemLines('fairness', fairnessItems(result)),
    ...itemLines('work', workItems(result)),
    ...ifAny('connect', connectCostItems(result)),
    ...ifAny('errors', errorItems(result)),
    ...itemLines('timing', timingItems(result)),
    labelled('audit', audit.clean ? chalk.green(audit.verdict) : chalk.red(audit.verdict)),
    ...audit.findings.map((finding) => labelled('', chalk.red(finding))),
  ];
}
