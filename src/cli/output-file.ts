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
import { type Format, formatForFile, formatOf } from '../report/render.js';

/**
 * One `--output FILE`. It is looked at before the run, so that a wrong path costs no run, and is
 * written whole or not at all: beside its place, then renamed. What is no regular file (a device,
 * a pipe) is written in place, for renaming would replace it.
 */
export interface OutputFile {
  readonly path: string;
  readonly format: Format;
  readonly isInPlace: boolean;
}

/**
 * @param fallback the format where the target is no regular file and its name tells none
 * @throws IrqbenchError (2) that names the path and what is wrong with it
 */
export function prepareOutput(path: string, fallback: Format): OutputFile {
  const found = lookAt(path);
  if (found?.isDirectory()) throw usageError(`--output ${path}: is a directory; give a file`);
  if (found && !found.isFile()) {
    return { path, format: formatOf(path) ?? fallback, isInPlace: true };
  }
  const format = formatForFile(path);
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
export function writeOutput({ path, isInPlace }: OutputFile, text: string): void {
  try {
    if (isInPlace) writeFileSync(path, text);
    else replaceFile(path, text);
  } catch (thrown) {
    throw runError(`--output ${path}: cannot be written: ${messageOf(thrown)}`, thrown);
  }
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
