import { type Item, isText, oneLine, type Table } from './content.js';

/** The blocks that a page for GitHub is made of. */

/** Nothing from a result may end a cell, begin markup or break the line. */
export function escaped(text: string): string {
  return oneLine(text)
    .replace(/[\\`*[\]|]/g, '\\$&')
    .replaceAll('<', '&lt;');
}

export function table(content: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = content.head.map((_, column) => (isText(content, column) ? ':--' : '--:'));
  return [line(content.head), `| ${rule.join(' | ')} |`, ...content.rows.map(line)].join('\n');
}

export function itemTable(title: string, items: readonly Item[]): string {
  return table({ head: [title, 'value'], rows: items.map(({ name, value }) => [name, value]) });
}

/** For lines of figures alone: nothing in them can close the fence early. */
export function fence(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
