import { readFileSync } from 'node:fs';
import { messageOf, usageError } from '../errors.js';
import { type CompareResult, compareResultSchema } from '../model/compare-result.js';
import { type RunResult, runResultSchema, SCHEMA_VERSION } from '../model/run-result.js';
import { type SweepResult, sweepResultSchema } from '../model/sweep-result.js';

/** Results that were saved as JSON, read back. */

/** @throws IrqbenchError (2) that names the file and the place in it */
export function readResult(path: string): RunResult | CompareResult | SweepResult {
  const name = path === '-' ? 'standard input' : path;
  let saved: unknown;
  try {
    saved = JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (thrown) {
    const isSyntax = thrown instanceof SyntaxError;
    throw usageError(
      isSyntax
        ? `${name}: is not JSON (${messageOf(thrown)}); give a result saved with --format json or --output FILE.json`
        : `${name}: cannot be read (${messageOf(thrown)})`,
      thrown,
    );
  }
  const { kind, schemaVersion: version } = Object(saved) as Record<string, unknown>;
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    throw usageError(
      `${name}: has schemaVersion ${version}, this irqbench reads up to ${SCHEMA_VERSION}; use a newer irqbench`,
    );
  }
  const { what, schema } = kindOf(kind);
  const parsed = schema.safeParse(saved);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw usageError(
    `${name}: is no ${what}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
  );
}

/** A run's result has no kind. */
function kindOf(kind: unknown) {
  if (kind === 'compare') return { what: 'irqbench comparison', schema: compareResultSchema };
  if (kind === 'sweep') return { what: 'irqbench sweep', schema: sweepResultSchema };
  return { what: 'irqbench result', schema: runResultSchema };
}

/**
 * A saved result of one run, to compare with others.
 * @throws IrqbenchError (2) also where it is a comparison or a sweep
 */
export function readRun(path: string): RunResult {
  const result = readResult(path);
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
