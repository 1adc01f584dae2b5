import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf, type IrqbenchError, messageOf, usageError } from '../errors.js';
import { didYouMean, printable, quote } from '../wording.js';

/** Files that a flag names by their path, or by their name where they come with the package. */

export interface FileKind {
  /** `--workload` */
  readonly flag: string;
  /** `workload` */
  readonly noun: string;
  /** Where the packaged ones are, from the package's root. */
  readonly folder: string;
  /** The command that lists them. */
  readonly lister: string;
}

/** From dist/src/plan/, where this file runs. */
const PACKAGE = new URL('../../../', import.meta.url);
const EXTENSION = '.yaml';
/** Such a file is a page of text. What is larger is something else, and YAML is slow to say so. */
const MAX_BYTES = 64 * 1024;

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'is a directory',
  EACCES: 'may not be read by this user',
};

export class PackagedFiles {
  private readonly kind: FileKind;
  private readonly folder: string;

  constructor(kind: FileKind) {
    this.kind = kind;
    this.folder = fileURLToPath(new URL(kind.folder, PACKAGE));
  }

  /** Of the packaged ones, in their order. */
  names(): string[] {
    return readdirSync(this.folder)
      .filter((file) => file.endsWith(EXTENSION))
      .map((file) => file.slice(0, -EXTENSION.length))
      .sort();
  }

  /**
   * The path that a name or a path stands for.
   * @throws IrqbenchError (2)
   */
  locate(given: string): string {
    const { flag, noun } = this.kind;
    if (given === '') throw usageError(`${flag}: is empty; give a YAML file or a name`);
    if (given.includes('/') || /\.ya?ml$/.test(given)) return given;
    const names = this.names();
    if (names.includes(given)) return join(this.folder, given + EXTENSION);
    throw usageError(
      `${flag}: ${quote(given)} is no packaged ${noun}${didYouMean(given, names)}; ` +
        `give ${names.join(', ')} or a path with a "/" in it`,
    );
  }

  /** @throws IrqbenchError (2) where it cannot be read, or is no text */
  read(path: string): string {
    const { flag, noun } = this.kind;
    const bytes = this.readBytes(path);
    const say = (wrong: string, cause?: unknown) =>
      usageError(`${flag} ${printable(path)}: ${wrong}`, cause);
    if (bytes.length > MAX_BYTES) {
      throw say(`is larger than ${MAX_BYTES / 1024} KiB, so no ${noun}; give a YAML file`);
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

  /** Up to one byte more than is allowed: enough to tell, and it ends for a pipe or a device too. */
  private readBytes(path: string): Buffer {
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      for (let got = -1; got !== 0 && length < bytes.length; length += got) {
        got = readSync(file, bytes, length, bytes.length - length, null);
      }
    } catch (thrown) {
      throw this.unreadable(path, thrown);
    } finally {
      if (file !== undefined) closeSync(file);
    }
    return bytes.subarray(0, length);
  }

  private unreadable(path: string, thrown: unknown): IrqbenchError {
    const { flag, lister } = this.kind;
    const why =
      WHY_UNREADABLE[codeOf(thrown) ?? ''] ?? `cannot be read (${printable(messageOf(thrown))})`;
    const packaged = this.names().find((name) => name === parse(path).name);
    const remedy =
      packaged === undefined
        ? `give a YAML file or a name (${lister})`
        : `give ${flag} ${packaged} for the packaged one`;
    return usageError(`${flag} ${printable(path)}: ${why}; ${remedy}`, thrown);
  }
}
