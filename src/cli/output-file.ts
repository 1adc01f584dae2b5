import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, messageOf, runError, usageError } from '../errors.js';
import { type FormatSet, formatForFile, formatOf, namedFormat } from '../report/render.js';

/**
 * One `--output FILE` or `--output FORMAT:FILE`. It is looked at before the run, so that a wrong path costs no run, and is
 * written whole or not at all: beside its place, then renamed. What is no regular file (a device,
 * a pipe) is written in place, for renaming would replace it.
 */
export interface OutputFile<Format extends string> {
  readonly path: string;
  readonly format: Format;
  readonly isInPlace: boolean;
}

/**
 * @param given the path, with the format before it or in its extension
 * @param fallback the format where the target is no regular file and nothing names one
 * @throws IrqbenchError (2) that names the path and what is wrong with it
 */
export function prepareOutput<Format extends string>(
  given: string,
  fallback: Format,
  formats: FormatSet<Format>,
): OutputFile<Format> {
  const { named, path } = namedFormat(given, formats);
  if (path === '') throw usageError(`--output ${given}: names no file; give ${given}FILE`);
  const found = lookAt(path);
  if (found?.isDirectory()) throw usageError(`--output ${path}: is a directory; give a file`);
  if (found && !found.isFile()) {
    return { path, format: named ?? formatOf(path, formats) ?? fallback, isInPlace: true };
  }
  const format = named ?? formatForFile(path, formats);
  const folder = dirname(found ? realpathSync(path) : path);
  try {
    if (!statSync(folder).isDirectory())
      throw usageError(`--output ${path}: ${folder} is no folder`);
    accessSync(folder, constants.W_OK);
  } catch (thrown) {
    const why = codeOf(thrown);
    if (why === 'ENOENT')
      throw usageError(`--output ${path}: the folder ${folder} does not exist; create it first`);
    if (why === undefined) throw thrown;
    throw usageError(`--output ${path}: cannot write in ${folder} (${messageOf(thrown)})`);
  }
  return { path, format, isInPlace: false };
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' && !isLink(path)) return undefined;
    throw usageError(`--output ${path}: ${messageOf(thrown)}`);
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** @throws IrqbenchError (3), with the old file untouched and no partial one left */
export function writeOutput(
  { path, isInPlace }: Omit<OutputFile<string>, 'format'>,
  text: string,
): void {
  try {
    if (isInPlace) writeFileSync(path, text);
    else replaceFile(path, text);
  } catch (thrown) {
    throw runError(`--output ${path}: cannot be written: ${messageOf(thrown)}`, thrown);
  }
}

/**
 * The standard output, then the files. One that fails costs no other.
 * @param toStdout writes the standard output
 * @throws IrqbenchError (3), the first, when everything was tried
 */
export async function writeReports<Format extends string>(
  toStdout: () => Promise<void>,
  files: readonly OutputFile<Format>[],
  render: (format: Format) => string,
): Promise<void> {
  const failures: unknown[] = [];
  await toStdout().catch((thrown: unknown) => failures.push(thrown));
  for (const file of files) {
    try {
      writeOutput(file, render(file.format));
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function replaceFile(path: string, text: string): void {
  const old = lookAt(path);
  // Through a link to what it points at: the link itself stays.
  const target = old ? realpathSync(path) : path;
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  const file = openSync(draft, 'wx');
  try {
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (old) chmodSync(draft, old.mode);
    renameSync(draft, target);
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw thrown;
  }
}
