import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { IMPORT_DEFAULTS, type ImportOptions, importTrace } from '../../src/import/result.js';

/** Logs in the layout of the tools, from the sources, where the tests' own files are not copied. */
export function tracePath(name: string): string {
  return fileURLToPath(new URL(`../../../test/fixtures/traces/${name}`, import.meta.url));
}

export function trace(name: string): string {
  return readFileSync(tracePath(name), 'utf8');
}

/** Imported under the name `log`. */
export function imported(text: string, options: Partial<ImportOptions> = {}) {
  return importTrace(text, 'log', { ...IMPORT_DEFAULTS, percentiles: [50, 99], ...options });
}
