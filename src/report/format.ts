import { extname } from 'node:path';
import { usageError } from '../errors.js';
import { oneLine } from './content.js';

/** The names of the formats, and the extensions of files that mean one. */

export const FORMATS = ['text', 'json', 'csv', 'hgrm', 'funclatency', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** What can be written, and which of it an extension means. */
export interface FormatSet<Name extends string> {
  readonly names: readonly Name[];
  readonly byExtension: ReadonlyMap<string, Name>;
}

/** Those of results. */
export const RESULT_FORMATS: FormatSet<Format> = {
  names: FORMATS,
  byExtension: new Map([
    ['.json', 'json'],
    ['.csv', 'csv'],
    ['.hgrm', 'hgrm'],
    ['.funclatency', 'funclatency'],
    ['.md', 'markdown'],
    ['.markdown', 'markdown'],
    ['.txt', 'text'],
  ]),
};

/** `json:out` → the format that is named, and the file; a path alone names none. */
export function namedFormat<Name extends string>(
  given: string,
  { names }: FormatSet<Name>,
): { readonly path: string; readonly named: Name | undefined } {
  const named = names.find((name) => given.startsWith(`${name}:`));
  return { named, path: named === undefined ? given : given.slice(named.length + 1) };
}

/** The format that a file's extension names, if it names one. */
export function formatOf<Name extends string>(
  path: string,
  { byExtension }: FormatSet<Name>,
): Name | undefined {
  return byExtension.get(extname(path).toLowerCase());
}

/**
 * The format that a file's extension names.
 * @throws IrqbenchError (usage) that names the extension, `--output` and the known extensions
 */
export function formatForFile<Name extends string>(path: string, formats: FormatSet<Name>): Name {
  const extension = extname(path);
  const format = formatOf(path, formats);
  if (format !== undefined) return format;
  const fault = extension === '' ? 'no extension' : `the unknown extension ${extension}`;
  const known = [...formats.byExtension.keys()].join(', ');
  throw usageError(oneLine(`--output ${path}: has ${fault}, which names the format; use ${known}`));
}
