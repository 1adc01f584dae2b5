import { Composer, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, Parser } from 'yaml';
import { messageOf, usageError } from '../errors.js';
import { keyOfName, type OptionKey } from './options.js';
import type { RawValue } from './values.js';
import { didYouMean, printable, quote } from './wording.js';

/**
 * The text of a workload file: one YAML mapping from option names to values, and a description.
 * Values stay text (YAML's failsafe schema), so that `hold: 400ms` is read by the very rules of
 * `--hold 400ms`.
 */

export interface WorkloadEntry {
  readonly value: RawValue;
  readonly line: number;
  /** `file.yaml:3:7 hold`, for error messages. */
  readonly where: string;
}

export interface WorkloadText {
  readonly description: string | null;
  readonly entries: ReadonlyMap<OptionKey, WorkloadEntry>;
}

/** No workload nests as deep; YAML's composer recurses, and some thousands end the process. */
const MAX_DEPTH = 64;
const DESCRIPTION = 'description';

/** Throws a usage error that begins with the place of an offset or of a node. */
type Fail = (at: unknown, message: string) => never;

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

/** The root of the one document, which is free of syntax errors; null where there is none. */
function composeRoot(text: string, lines: LineCounter, fail: Fail): unknown {
  const composer = new Composer({ schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false });
  const documents = composer.compose(new ShallowParser(lines, fail).parse(text));
  let root: unknown = null;
  let isFirst = true;
  for (const document of documents) {
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem) {
      const message = printable(messageOf(problem)).slice(0, 120);
      return fail(problem.pos[0], `${message}; a workload file is lines of "name: value"`);
    }
    if (!isFirst) return fail(document.range[0], 'a second document; a workload file has but one');
    isFirst = false;
    root = document.contents;
  }
  return root;
}

/** The text of a plain or quoted value; undefined for anything else. */
function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

/** A value as the options take it: text, or a list of texts. */
function readValue(node: unknown, name: string, fail: Fail): RawValue {
  const text = textOf(node);
  if (text !== undefined) return text;
  if (isAlias(node)) return fail(node, `${name} is an alias; write the value itself`);
  if (!isSeq(node)) return fail(node, `${name} is a mapping; give it one value`);
  return node.items.map(
    (item) => textOf(item) ?? fail(item, `${name} lists more than plain values; give only those`),
  );
}

function readDescription(node: unknown, fail: Fail): string {
  const text = textOf(node)?.trim() ?? '';
  if (text !== '' && text === printable(text)) return text;
  return fail(node, `${DESCRIPTION} is not one line of text; say what the file is for`);
}

/**
 * Reads the text of a workload file.
 * @param file how error messages name it
 * @throws a usage error that begins with `file:line:column`
 */
export function parseWorkload(text: string, file: string): WorkloadText {
  const lines = new LineCounter();
  const place = (at: unknown) => {
    const offset = typeof at === 'number' ? at : isNode(at) ? (at.range?.[0] ?? 0) : 0;
    const { line, col } = lines.linePos(offset);
    return { line, spelled: `${printable(file)}:${line}:${col}` };
  };
  const fail: Fail = (at, message) => {
    throw usageError(`${place(at).spelled}: ${message}`);
  };

  const root = composeRoot(text, lines, fail);
  if (root === null || textOf(root) === '') {
    throw usageError(`${printable(file)}: is empty; give options, such as "vms: 800"`);
  }
  if (!isMap(root)) return fail(root, 'is no mapping; a workload file is lines of "name: value"');

  let description: string | null = null;
  const entries = new Map<OptionKey, WorkloadEntry>();
  const firstLine = new Map<string, number>();
  for (const { key: keyNode, value: node } of root.items) {
    const name = textOf(keyNode);
    if (name === undefined) return fail(keyNode, 'a key is no plain word; keys are option names');
    const { line } = place(keyNode);
    const before = firstLine.get(name);
    if (before !== undefined) {
      return fail(keyNode, `${quote(name)} is given twice, first on line ${before}; keep one`);
    }
    firstLine.set(name, line);
    if (name === DESCRIPTION) {
      description = readDescription(node ?? keyNode, fail);
      continue;
    }
    const key = keyOfName.get(name);
    if (key === undefined) {
      const hint = didYouMean(name, [...keyOfName.keys(), DESCRIPTION]);
      return fail(keyNode, `${quote(name)} is no run option${hint}; see irqbench fork --help`);
    }
    const where = `${place(node ?? keyNode).spelled} ${name}`;
    entries.set(key, { value: node === null ? '' : readValue(node, name, fail), line, where });
  }
  return { description, entries };
}
