import { readFileSync } from 'node:fs';
import { messageOf, usageError } from '../errors.js';
import { IMPORT_DEFAULTS, importTrace } from '../import/result.js';
import { type CompareResult, compareResultSchema } from '../model/compare-result.js';
import { type AnyResult, realResultSchema } from '../model/real-result.js';
import { runResultSchema, SCHEMA_VERSION } from '../model/run-result.js';

/** Results that were saved as JSON, and what tracers printed, read back. */

/** @throws IrqbenchError (2) that names the file */
export function readInput(path: string): { readonly name: string; readonly text: string } {
  const name = path === '-' ? 'standard input' : path;
  try {
    return { name, text: readFileSync(path === '-' ? 0 : path, 'utf8') };
  } catch (thrown) {
    throw usageError(`${name}: cannot be read (${messageOf(thrown)})`, thrown);
  }
}

/** @throws IrqbenchError (2) that names the file and the place in it */
export function readResult(path: string): AnyResult | CompareResult {
  const { name, text } = readInput(path);
  return parseResult(name, text);
}

function parseResult(name: string, text: string): AnyResult | CompareResult {
  let saved: unknown;
  try {
    saved = JSON.parse(text);
  } catch (thrown) {
    throw usageError(
      `${name}: is not JSON (${messageOf(thrown)}); give a result saved with --format json or --output FILE.json, or read a trace with irqbench import`,
      thrown,
    );
  }
  const { kind, schemaVersion: version } = Object(saved) as Record<string, unknown>;
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    throw usageError(
      `${name}: has schemaVersion ${version}, this irqbench reads up to ${SCHEMA_VERSION}; use a newer irqbench`,
    );
  }
  const parsed = schemaOf(saved).safeParse(saved);
  if (parsed.success) return parsed.data;
  // A run's result has no kind.
  const what = kind === 'compare' ? 'irqbench comparison' : 'irqbench result';
  const issue = parsed.error.issues[0];
  throw usageError(
    `${name}: is no ${what}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
  );
}

/** The one schema that is meant, so that its issues name what is wrong. */
function schemaOf(saved: unknown) {
  const { kind, backend } = Object(saved) as Record<string, unknown>;
  if (kind === 'compare') return compareResultSchema;
  const { options } = realResultSchema.shape.backend;
  return options.some((real) => real === backend) ? realResultSchema : runResultSchema;
}

/**
 * A result of one run to compare with others: saved as JSON, or what a tracer printed.
 * @throws IrqbenchError (2) also where it is a comparison
 */
export function readRun(path: string, percentiles: readonly number[]): AnyResult {
  const { name, text } = readInput(path);
  if (!text.trimStart().startsWith('{')) {
    return importTrace(text, name, { ...IMPORT_DEFAULTS, percentiles });
  }
  const result = parseResult(name, text);
  if (!('kind' in result)) return result;
  throw usageError(
    `${path}: is a comparison already; give results of irqbench fork, or see irqbench report ${path}`,
  );
}
