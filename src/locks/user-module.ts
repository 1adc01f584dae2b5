import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, usageError } from '../errors.js';

/**
 * Imports the ES module of a lock or index of the user's own. Every thread does so for itself;
 * the main thread first, so that what is wrong with it is said before anything is started.
 * @param flag how error messages name where it was given: `--lock`
 * @returns its exports
 * @throws IrqbenchError (2) where it cannot be imported or throws on import
 */
export async function importUserModule(
  path: string,
  flag: string,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (thrown) {
    throw usageError(
      `${flag} ${path}: cannot be imported (${messageOf(thrown)}); irqbench init writes a template that works`,
      thrown,
    );
  }
}
