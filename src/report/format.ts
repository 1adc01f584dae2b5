import { extname } from 'node:path';
import { usageError } from '../errors.js';
import { oneLine } from './content.js';

/** The names of the formats, and the extensions of files that mean one. */

export const FORMATS = ['text', 'json', 'csv', 'hgrm', 'funclatency', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

const FORMAT_BY_EXTENSION: ReadonlyMap<string, Format> = new Map([
  ['.json', 'json'],
  ['.csv', 'csv'],
  ['.hgrm', 'hgrm'],
  ['.funclatency', 'funclatency'],
  ['.md', 'markdown'],
  ['.markdown', 'markdown'],
  ['.txt', 'text'],
]);

/** The format that a file's extension names, if it names one. */
export function formatOf(path: string): Format | undefined {
  return FORMAT_BY_EXTENSION.get(extname(path).toLowerCase());
}

/**
 * The format that a file's extension names.
 * @throws IrqbenchError (usage) that names the extension, `--output` and the known extensions
 */
export function formatForFile(path: string): Format {
  const extension = extname(path);
  const format = formatOf(path);
  if (format !== undefined) return format;
  const fault = extension === '' ? 'no extension' : `the unknown extension ${extension}`;
  const known = [...FORMAT_BY_EXTENSION.keys()].join(', ');
  throw usageError(oneLine(`--output ${path}: has ${fault}, which names the format; use ${known}`));
}
