import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf, type IrqbenchError, messageOf, usageError } from '../errors.js';
import { didYouMean, printable, quote } from './wording.js';
import { parseWorkload, type WorkloadText } from './workload-yaml.js';

/** `--workload FILE|NAME`: finds the file, reads it, and lists the ones in the package. */

export interface Workload extends WorkloadText {
  /** The name or the path, as it was given. */
  readonly name: string;
  readonly path: string;
}

/** From dist/src/plan/, where this file runs. */
const PACKAGED = fileURLToPath(new URL('../../../workloads/', import.meta.url));
const EXTENSION = '.yaml';
/** A workload is a page of text. What is larger is something else, and YAML is slow to say so. */
const MAX_BYTES = 64 * 1024;

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'is a directory',
  EACCES: 'may not be read by this user',
};

function unreadable(path: string, thrown: unknown): IrqbenchError {
  const why =
    WHY_UNREADABLE[codeOf(thrown) ?? ''] ?? `cannot be read (${printable(messageOf(thrown))})`;
  const packaged = packagedNames().find((name) => name === parse(path).name);
  const remedy =
    packaged === undefined
      ? 'give a YAML file or a name (irqbench list workloads)'
      : `give --workload ${packaged} for the packaged one`;
  return usageError(`--workload ${printable(path)}: ${why}; ${remedy}`, thrown);
}

/** Up to one byte more than is allowed: enough to tell, and it ends for a pipe or a device too. */
function readBytes(path: string): Buffer {
  const bytes = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    for (let got = -1; got !== 0 && length < bytes.length; length += got) {
      got = readSync(file, bytes, length, bytes.length - length, null);
    }
  } catch (thrown) {
    throw unreadable(path, thrown);
  } finally {
    if (file !== undefined) closeSync(file);
  }
  return bytes.subarray(0, length);
}

function readText(path: string): string {
  const bytes = readBytes(path);
  const say = (wrong: string, cause?: unknown) =>
    usageError(`--workload ${printable(path)}: ${wrong}`, cause);
  if (bytes.length > MAX_BYTES) {
    throw say(`is larger than ${MAX_BYTES / 1024} KiB, so no workload; give a YAML file`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (thrown) {
    throw say('is not UTF-8 text; give a YAML file', thrown);
  }
  // Control characters other than tab and line ends: the file is binary.
  if (/[^\P{Cc}\t\n\r]/u.test(text)) throw say('holds binary data; give a YAML file');
  return text;
}

function packagedNames(): string[] {
  return readdirSync(PACKAGED)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort();
}

/** The path that a name or a path stands for. */
function locate(given: string): string {
  if (given === '') throw usageError('--workload: is empty; give a YAML file or a name');
  if (given.includes('/') || /\.ya?ml$/.test(given)) return given;
  const names = packagedNames();
  if (names.includes(given)) return join(PACKAGED, given + EXTENSION);
  throw usageError(
    `--workload: ${quote(given)} is no packaged workload${didYouMean(given, names)}; ` +
      `give ${names.join(', ')} or a path with a "/" in it`,
  );
}

/**
 * Finds and reads a workload.
 * @param given a path (it has a slash, or ends in .yaml or .yml), or a packaged workload's name
 * @throws a usage error that names the file and, where it can be read, the line and the column
 */
export function loadWorkload(given: string): Workload {
  const path = locate(given);
  return { name: given, path, ...parseWorkload(readText(path), path) };
}

export interface PackagedWorkload {
  readonly name: string;
  readonly path: string;
  readonly description: string;
}

/** The packaged workloads, by name. */
export function listWorkloads(): PackagedWorkload[] {
  return packagedNames().map((name) => {
    const { path, description } = loadWorkload(name);
    if (description === null) throw usageError(`${path}: has no description; give one line`);
    return { name, path, description };
  });
}
