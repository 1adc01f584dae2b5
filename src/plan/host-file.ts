import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { messageOf, usageError } from '../errors.js';
import { type HostProfile, hostProfileSchema } from '../model/host-profile.js';
import { PackagedFiles } from './packaged-files.js';
import { printable } from './wording.js';

/** `--host FILE|NAME`: finds a host's profile, reads it, and lists the ones in the package. */

/** The host that the bug was reported from. */
export const DEFAULT_HOST = 'xeon-8255c';

const FILES = new PackagedFiles('--host', 'host', 'irqbench list hosts', 'hosts');

/**
 * @param given a path (it has a slash, or ends in .yaml or .yml), or a packaged host's name
 * @throws a usage error that names the file and, where it can be read, the line and the column
 */
export function loadHost(given: string): HostProfile {
  const path = FILES.locate(given);
  return parseHost(FILES.read(path), path);
}

/** The packaged hosts, by name. */
export function listHosts(): HostProfile[] {
  return FILES.names().map(loadHost);
}

/** @param file how error messages name it */
export function parseHost(text: string, file: string): HostProfile {
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
  const { data, error: refusal } = hostProfileSchema.safeParse(value);
  if (data) return data;
  const issue = refusal?.issues[0];
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
