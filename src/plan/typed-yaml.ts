import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { messageOf, usageError } from '../errors.js';
import { printable } from '../wording.js';

/** YAML that a schema describes, with errors that say where in the text they are. */

/**
 * @param file how error messages name it
 * @throws IrqbenchError (2) that names the file, the line and the column
 */
export function parseYaml<T extends z.ZodType>(schema: T, text: string, file: string): z.infer<T> {
  const lines = new LineCounter();
  const fail = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset);
    throw usageError(`${printable(file)}:${line}:${col}: ${message}`);
  };
  let document: Document;
  let value: unknown;
  try {
    document = parseDocument(text, { lineCounter: lines });
    // Without aliases a page of text stays a page of values.
    value = document.toJS({ maxAliasCount: 0 });
  } catch (thrown) {
    // The composer recurses, so what is nested too deep ends in a RangeError.
    throw usageError(`${printable(file)}: ${printable(messageOf(thrown))}`, thrown);
  }
  const [error] = document.errors;
  if (error) return fail(error.pos[0], `${printable(messageOf(error)).slice(0, 120)}`);
  const { data, error: refusal } = schema.safeParse(value);
  if (refusal === undefined) return data;
  const issue = refusal.issues[0];
  const path = issue?.path ?? [];
  return fail(offsetOf(document, path), `${path.join('.') || 'the file'}: ${issue?.message}`);
}

/** Where a value stands, or the nearest around it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
