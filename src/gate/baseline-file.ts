import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { type IrqbenchError, messageOf, usageError } from '../errors.js';
import { type Baseline, baselineSchema } from '../model/baseline.js';
import { SCHEMA_VERSION } from '../model/run-result.js';
import { formatBytes } from '../units.js';
import { printable } from '../wording.js';
import { digestOf } from './fingerprint.js';

/** A baseline's file: JSON with a digest, so that whatever happened to it since is noticed. */

/** A hundred sessions of a thousand rounds are less. */
const MAX_BYTES = 16e6;
const HOW_TO_MAKE = 'make one with irqbench gate --save-baseline FILE';

/** @returns the file's text; of the same baseline the same bytes */
export function baselineText(baseline: Omit<Baseline, 'digest'>): string {
  const { schemaVersion, kind, tool, ...rest } = baseline;
  const digest = digestOf({ schemaVersion, kind, tool, ...rest });
  return `${JSON.stringify({ schemaVersion, kind, tool, digest, ...rest }, null, 2)}\n`;
}

/** @throws IrqbenchError (2) of one line that names the file */
export function readBaseline(path: string): Baseline {
  return parseBaseline(readText(path), path);
}

function readText(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const found = fstatSync(file);
    if (!found.isFile()) throw unusable(path, `is no file; ${HOW_TO_MAKE}`);
    if (found.size > MAX_BYTES) {
      throw unusable(
        path,
        `has ${formatBytes(found.size)}, no baseline is so large; ${HOW_TO_MAKE}`,
      );
    }
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'exitCode' in thrown) throw thrown;
    throw unusable(path, `cannot be read (${messageOf(thrown)}); ${HOW_TO_MAKE}`, thrown);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * @param path how messages name it
 * @throws IrqbenchError (2) of one line that names it
 */
export function parseBaseline(text: string, path: string): Baseline {
  if (text.trim() === '') throw unusable(path, `is empty; ${HOW_TO_MAKE}`);
  let saved: unknown;
  try {
    saved = JSON.parse(text);
  } catch (thrown) {
    throw unusable(path, `is not JSON (${messageOf(thrown)}); ${HOW_TO_MAKE}`, thrown);
  }
  const { schemaVersion, kind, digest, ...rest } = Object(saved) as Record<string, unknown>;
  if (kind !== 'baseline') throw unusable(path, `is no baseline; ${HOW_TO_MAKE}`);
  if (typeof schemaVersion === 'number' && schemaVersion > SCHEMA_VERSION) {
    throw unusable(
      path,
      `has schemaVersion ${schemaVersion}, this irqbench reads up to ${SCHEMA_VERSION}; use a newer irqbench, or save it anew`,
    );
  }
  if (digest !== digestOf({ schemaVersion, kind, ...rest })) {
    throw unusable(
      path,
      'was changed after it was saved: its digest is of another content; save it anew',
    );
  }
  const parsed = baselineSchema.safeParse(saved);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') || 'the document';
  throw unusable(path, `is no baseline: ${where}: ${issue?.message}; ${HOW_TO_MAKE}`);
}

function unusable(path: string, wrong: string, cause?: unknown): IrqbenchError {
  return usageError(`--baseline ${printable(path)}: ${printable(wrong)}`, cause);
}
