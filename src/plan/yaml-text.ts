import { Composer, isNode, isScalar, LineCounter, Parser } from 'yaml';
import { messageOf, usageError } from '../errors.js';
import { printable } from '../wording.js';

/**
 * Files of one YAML document whose values stay text (YAML's failsafe schema), so that they are read
 * by the very rules of the flags, and in which every complaint names its line.
 */

/** No file of ours nests as deep; YAML's composer recurses, and some thousands end the process. */
const MAX_DEPTH = 64;

/** Throws a usage error that begins with the place of an offset or of a node. */
export type Fail = (at: unknown, message: string) => never;

export interface YamlText {
  /** The root of the one document, which is free of syntax errors; null where there is none. */
  readonly root: unknown;
  readonly fail: Fail;
  /** Where an offset or a node is: its line from 1, and `file.yaml:3:7`. */
  place(at: unknown): { readonly line: number; readonly spelled: string };
}

class ShallowParser extends Parser {
  readonly #fail: Fail;

  constructor(lines: LineCounter, fail: Fail) {
    super(lines.addNewLine);
    this.#fail = fail;
  }

  override *next(source: string) {
    yield* super.next(source);
    if (this.stack.length > MAX_DEPTH) this.#fail(this.offset - source.length, 'nested too deep');
  }
}

/**
 * @param file how error messages name it
 * @param noun what it is: `a workload file`
 * @param form what it is made of: `lines of "name: value"`
 * @throws a usage error that begins with `file:line:column`
 */
export function readYaml(text: string, file: string, noun: string, form: string): YamlText {
  const lines = new LineCounter();
  const place = (at: unknown) => {
    const offset = typeof at === 'number' ? at : isNode(at) ? (at.range?.[0] ?? 0) : 0;
    const { line, col } = lines.linePos(offset);
    return { line, spelled: `${printable(file)}:${line}:${col}` };
  };
  const fail: Fail = (at, message) => {
    throw usageError(`${place(at).spelled}: ${message}`);
  };

  const composer = new Composer({ schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false });
  const documents = composer.compose(new ShallowParser(lines, fail).parse(text));
  let root: unknown = null;
  let isFirst = true;
  for (const document of documents) {
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem) {
      const message = printable(messageOf(problem)).slice(0, 120);
      return fail(problem.pos[0], `${message}; ${noun} is ${form}`);
    }
    if (!isFirst) return fail(document.range[0], `a second document; ${noun} has but one`);
    isFirst = false;
    root = document.contents;
  }
  return { root, fail, place };
}

/** The text of a plain or quoted value; undefined for anything else. */
export function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

/** A value that is one line of text. */
export function readLine(node: unknown, name: string, fail: Fail): string {
  const text = textOf(node)?.trim() ?? '';
  if (text !== '' && text === printable(text)) return text;
  return fail(node, `${name} is not one line of text; say what the file is for`);
}
