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
 * A file that a flag names. It is looked at before the run, so that a wrong path costs no run, and is
 * written whole or not at all: beside its place, then renamed. What is no regular file (a device,
 * a pipe) is written in place, for renaming would replace it.
 */
export interface TargetFile {
  /** For error messages: `--output`. */
  readonly flag: string;
  readonly path: string;
  readonly isInPlace: boolean;
}

/** @throws IrqbenchError (2) that names the path and what is wrong with it */
export function prepareFile(flag: string, path: string): TargetFile {
  const say = (wrong: string) => usageError(`${flag} ${path}: ${wrong}`);
  if (path === '') throw usageError(`${flag}: names no file`);
  const found = lookAt(flag, path);
  if (found?.isDirectory()) throw say('is a directory; give a file');
  if (found && !found.isFile()) return { flag, path, isInPlace: true };
  const folder = dirname(found ? realpathSync(path) : path);
  try {
    if (!statSync(folder).isDirectory()) throw say(`${folder} is no folder`);
    accessSync(folder, constants.W_OK);
  } catch (thrown) {
    const why = codeOf(thrown);
    if (why === 'ENOENT') throw say(`the folder ${folder} does not exist; create it first`);
    if (why === undefined) throw thrown;
    throw say(`cannot write in ${folder} (${messageOf(thrown)})`);
  }
  return { flag, path, isInPlace: false };
}

/** One `--output FILE` or `--output FORMAT:FILE`. */
export interface OutputFile<Format extends string> extends TargetFile {
  readonly format: Format;
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
  const target = prepareFile('--output', path);
  const format = target.isInPlace
    ? (named ?? formatOf(path, formats) ?? fallback)
    : (named ?? formatForFile(path, formats));
  return { ...target, format };
}

function lookAt(flag: string, path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' && !isLink(path)) return undefined;
    throw usageError(`${flag} ${path}: ${messageOf(thrown)}`);
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** @throws IrqbenchError (3), with the old file untouched and no partial one left */
export function writeOutput({ flag, path, isInPlace }: TargetFile, text: string): void {
  try {
    if (isInPlace) writeFileSync(path, text);
    else replaceFile(flag, path, text);
  } catch (thrown) {
    throw runError(`${flag} ${path}: cannot be written: ${messageOf(thrown)}`, thrown);
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

function replaceFile(flag: string, path: string, text: string): void {
  const old = lookAt(flag, path);
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
