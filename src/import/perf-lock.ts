import { countOf, type LockRow, type Reader } from './reading.js';

/**
 * `perf lock contention`, as a table or as CSV (`-x`).
 * Source: Linux, tools/perf/builtin-lock.c and Documentation/perf-lock.txt. The table rounds waits
 * to two decimals; the CSV has nanoseconds.
 */

/** Columns that perf can be told to print, by what their head says. */
const COLUMNS = ['contended', 'total wait', 'max wait', 'min wait', 'avg wait', 'type', 'caller'];
const CSV_HEADER = /^# output: (contended.*)$/;
const UNIT_NS = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);
const WAIT = /^(\d+(?:\.\d+)?) +(ns|us|ms|s|m|h)\b/;

export const readPerfTable: Reader = (lines, at, reading) => {
  const columns = (lines[at] as string).trim().split(/ {2,}/);
  if (columns[0] !== 'contended' || !columns.includes('total wait') || !areKnown(columns)) return 0;
  let next = at + 1;
  if ((lines[next] ?? '').trim() === '') next++;
  for (; next < lines.length; next++) {
    const row = rowOf(cellsOf(lines[next] as string, columns), next + 1, false);
    if (row === undefined) break;
    reading.locks.push(row);
  }
  return next - at;
};

export const readPerfCsv: Reader = (lines, at, reading) => {
  const head = CSV_HEADER.exec(lines[at] as string)?.[1];
  if (head === undefined) return 0;
  // What stands behind the first column is what it was told to separate them by.
  const separator = /^contended(\s*\S)/.exec(head)?.[1]?.trim() ?? ',';
  const columns = head.split(separator).map((name) => name.trim());
  if (!columns.includes('total wait') || !areKnown(columns)) return 0;
  let next = at + 1;
  for (; next < lines.length; next++) {
    const values = (lines[next] as string).split(separator).map((value) => value.trim());
    if (values.length < columns.length) break;
    // A caller may have the separator in it: the last column takes what is left.
    const last = values.slice(columns.length - 1).join(separator);
    const cells = new Map(columns.map((name, column) => [name, values[column] ?? '']));
    const row = rowOf(cells.set(columns.at(-1) ?? '', last), next + 1, true);
    if (row === undefined) break;
    reading.locks.push(row);
  }
  return next - at;
};

function areKnown(columns: readonly string[]): boolean {
  return columns.every((name) => COLUMNS.includes(name));
}

/** A line of the table by its columns: a wait is a figure and its unit, the caller all the rest. */
function cellsOf(line: string, columns: readonly string[]): Map<string, string> {
  const cells = new Map<string, string>();
  let rest = line.trim();
  for (const [place, name] of columns.entries()) {
    const isWait = name.endsWith(' wait');
    const isLast = place === columns.length - 1;
    const cell = isLast && !isWait ? rest : ((isWait ? WAIT : /^\S+/).exec(rest)?.[0] ?? '');
    cells.set(name, cell);
    rest = rest.slice(cell.length).trimStart();
  }
  return cells;
}

function rowOf(
  cells: ReadonlyMap<string, string>,
  line: number,
  isExact: boolean,
): LockRow | undefined {
  // irqbench's own reports group the digits.
  const digits = (cells.get('contended') ?? '').replaceAll(',', '');
  const contended = /^\d+$/.test(digits) ? countOf(digits) : undefined;
  const wait = (name: string) => waitOf(cells.get(name), isExact);
  const waitTotalNs = wait('total wait');
  if (contended === undefined || waitTotalNs === undefined) return undefined;
  return {
    line,
    contended,
    waitTotalNs,
    waitMaxNs: wait('max wait') ?? null,
    type: cells.get('type') ?? '',
    caller: cells.get('caller') ?? '',
    isExact,
  };
}

function waitOf(cell: string | undefined, isExact: boolean): number | undefined {
  if (cell === undefined) return undefined;
  if (isExact) return /^\d+$/.test(cell) ? countOf(cell) : undefined;
  const match = WAIT.exec(cell);
  return match ? Number(match[1]) * (UNIT_NS.get(match[2] ?? '') ?? NaN) : undefined;
}
