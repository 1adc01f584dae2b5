import { readFileSync } from 'node:fs';
import { messageOf, usageError } from '../errors.js';
import { type CompareResult, compareResultSchema } from '../model/compare-result.js';
import { type RunResult, runResultSchema, SCHEMA_VERSION } from '../model/run-result.js';

/** Results that were saved as JSON, read back. */

/** @throws IrqbenchError (2) that names the file and the place in it */
export function readResult(path: string): RunResult | CompareResult {
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
  // A run's result has no kind.
  const isComparison = kind === 'compare';
  const parsed = (isComparison ? compareResultSchema : runResultSchema).safeParse(saved);
  if (parsed.success) return parsed.data;
  const what = isComparison ? 'irqbench comparison' : 'irqbench result';
  const issue = parsed.error.issues[0];
  throw usageError(
    `${name}: is no ${what}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
  );
}

/**
 * A saved result of one run, to compare with others.
 * @throws IrqbenchError (2) also where it is a comparison
 */
export function readRun(path: string): RunResult {
  const result = readResult(path);
  if (!('kind' in result)) return result;
  throw usageError(
    `${path}: is a comparison already; give results of irqbench fork, or see irqbench report ${path}`,
  );
}
