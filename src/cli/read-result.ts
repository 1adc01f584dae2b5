import { readFileSync } from 'node:fs';
import { messageOf, usageError } from '../errors.js';
import { IMPORT_DEFAULTS, importTrace } from '../import/result.js';
import { type CompareResult, compareResultSchema } from '../model/compare-result.js';
import { type AnyResult, realResultSchema } from '../model/real-result.js';
import { runResultSchema, SCHEMA_VERSION } from '../model/run-result.js';
import { type SweepResult, sweepResultSchema } from '../model/sweep-result.js';

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
export function readResult(path: string): AnyResult | CompareResult | SweepResult {
  const { name, text } = readInput(path);
  return parseResult(name, text);
}

function parseResult(name: string, text: string): AnyResult | CompareResult | SweepResult {
  let saved: unknown;
  try {
    saved = JSON.parse(text);
  } catch (thrown) {
    throw usageError(
      `${name}: is not JSON (${messageOf(thrown)}); give a result saved with --format json or --output FILE.json, or read a trace with irqbench import`,
      thrown,
    );
  }
  const { schemaVersion: version } = Object(saved) as Record<string, unknown>;
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    throw usageError(
      `${name}: has schemaVersion ${version}, this irqbench reads up to ${SCHEMA_VERSION}; use a newer irqbench`,
    );
  }
  const { what, schema } = kindOf(saved);
  const parsed = schema.safeParse(saved);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw usageError(
    `${name}: is no ${what}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
  );
}

/** What is meant, by the one schema whose issues name what is wrong. A run's result has no kind. */
function kindOf(saved: unknown) {
  const { kind, backend } = Object(saved) as Record<string, unknown>;
  if (kind === 'compare') return { what: 'irqbench comparison', schema: compareResultSchema };
  if (kind === 'sweep') return { what: 'irqbench sweep', schema: sweepResultSchema };
  const { options } = realResultSchema.shape.backend;
  const isReal = options.some((real) => real === backend);
  return { what: 'irqbench result', schema: isReal ? realResultSchema : runResultSchema };
}

/**
 * A result of one run to compare with others: saved as JSON, or what a tracer printed.
 * @throws IrqbenchError (2) also where it is a comparison or a sweep
 */
export function readRun(path: string, percentiles: readonly number[]): AnyResult {
  const { name, text } = readInput(path);
  if (!text.trimStart().startsWith('{')) {
    return importTrace(text, name, { ...IMPORT_DEFAULTS, percentiles });
  }
  const result = parseResult(name, text);
  if (!('kind' in result)) return result;
  const what = result.kind === 'compare' ? 'a comparison already' : 'a sweep';
  throw usageError(
    `${path}: is ${what}; give results of irqbench fork, or see irqbench report ${path}`,
  );
}

/**
 * A saved sweep, or a shard of one.
 * @throws IrqbenchError (2) also where it is anything else
 */
export function readSweep(path: string): SweepResult {
  const result = readResult(path);
  if ('kind' in result && result.kind === 'sweep') return result;
  throw usageError(`${path}: is no sweep; give results of irqbench sweep, saved as JSON`);
}
