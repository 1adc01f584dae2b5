import { Chalk, type ChalkInstance } from 'chalk';
import CliTable from 'cli-table3';
import { type Item, isText, type Table } from './content.js';

/** How content is laid out on a terminal. */

const LABEL_WIDTH = 11;
const PAGE_WIDTH = 100;
const NO_BORDERS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
);

export function chalkFor(color: boolean): ChalkInstance {
  return new Chalk({ level: color ? 1 : 0 });
}

/** Columns without borders: the names to the left, the figures to the right. */
export function columns(content: Table): string {
  const table = new CliTable({
    head: [...content.head],
    colAligns: content.head.map((_, column) => (isText(content, column) ? 'left' : 'right')),
    chars: { ...NO_BORDERS, middle: '  ' },
    // No head or border style: cli-table3 would colour them whatever the options say.
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...content.rows.map((row) => [...row]));
  return table.toString().replaceAll(/ +$/gm, '');
}

export function labelled(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}

/** The items one after the other, on as few lines as the page is wide. */
export function itemLines(label: string, items: readonly Item[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const { name, value } of items) {
    const item = `${name} ${value}`;
    const longer = line === '' ? item : `${line}, ${item}`;
    // One column is kept for the comma that a line ends in where others follow.
    if (line !== '' && LABEL_WIDTH + longer.length >= PAGE_WIDTH) {
      lines.push(`${line},`);
      line = item;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((text, index) => labelled(index === 0 ? label : '', text));
}
