import CliTable from 'cli-table3';
import type { Environment } from '../../src/model/run-result.js';
import { counted } from '../../src/units.js';
import type { Row, Spread } from './rows.js';

/** The rows for readers: a table for the terminal, another for a README. */

export interface Report {
  readonly environment: Environment;
  /** The compiler of the references, or null with the reason why there are none. */
  readonly compiler: string | null;
  readonly withoutNative: string | null;
  readonly rows: readonly Row[];
}

const HEAD = ['benchmark', 'at', 'irqbench', 'reference', 'ratio', 'spread', 'target'];

/** 4.26, 42.6, 426, 42,600. */
function digits(value: number): string {
  if (value >= 99.95) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function figure(spread: Spread | null, unit: Row['unit']): string {
  return spread === null ? '' : `${digits(spread.median)} ${unit}`;
}

/** Two decimals, or as many more as show on which side of the target the ratio is. */
function ratioText(ratio: number, target: number | null): string {
  const isOver = target !== null && ratio > target;
  let decimals = 2;
  while (isOver && decimals < 6 && Number(ratio.toFixed(decimals)) <= target) decimals++;
  return ratio.toFixed(decimals);
}

function cells(row: Row): string[] {
  const { benchmark, at, unit, irqbench, native, ratio, judged, target, verdict } = row;
  const limit = target === null ? '' : `≤ ${target}${judged === 'figure' ? ` ${unit}` : ''}`;
  return [
    benchmark,
    at,
    figure(irqbench, unit),
    figure(native, unit) + (row.reference === 'native' ? '' : ` (${row.reference})`),
    ratio === null ? '' : ratioText(ratio.median, target),
    ratio === null ? '' : `${ratio.low.toFixed(2)} – ${ratio.high.toFixed(2)}`,
    verdict === null ? limit : `${limit} ${verdict}`,
  ];
}

/** Where the figures are from, and what the columns say. */
function notes({ environment, compiler, withoutNative, rows }: Report): string[] {
  const { cpuModel, cpus, kernel, node } = environment;
  const fewest = rows.reduce((least, row) => Math.min(least, row.alternations), Infinity);
  return [
    `${cpuModel}, ${cpus} CPUs, kernel ${kernel}, Node ${node}, ${compiler ?? 'no C compiler'}`,
    compiler === null
      ? `native references skipped: ${withoutNative}`
      : `ratio: how many times the time of the reference, a native program or irqbench's own mutex: the median of at least ${counted(fewest, 'alternation')}, and its spread`,
  ];
}

export function text(report: Report): string {
  const sides = ['top', 'bottom', 'left', 'right', 'mid'];
  const noBorders = sides.flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  );
  const table = new CliTable({
    head: HEAD,
    colAligns: HEAD.map((_, column) => (column < 2 || column === 6 ? 'left' : 'right')),
    chars: { ...Object.fromEntries(noBorders), middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...report.rows.map(cells));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return `${[...notes(report), '', ...lines].join('\n')}\n`;
}

export function markdown(report: Report): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const rule = HEAD.map((_, column) => (column < 2 || column === 6 ? ':--' : '--:'));
  const table = [line(HEAD), line(rule), ...report.rows.map((row) => line(cells(row)))];
  return `${table.join('\n')}\n\n${notes(report).join('; ')}.\n`;
}

export function json(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
