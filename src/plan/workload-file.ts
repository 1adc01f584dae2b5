import { usageError } from '../errors.js';
import { PackagedFiles } from './packaged-files.js';
import { parseWorkload, type WorkloadText } from './workload-yaml.js';

/** `--workload FILE|NAME`: finds the file, reads it, and lists the ones in the package. */

export interface Workload extends WorkloadText {
  /** The name or the path, as it was given. */
  readonly name: string;
  readonly path: string;
}

const files = new PackagedFiles({
  flag: '--workload',
  noun: 'workload',
  folder: 'workloads/',
  lister: 'irqbench list workloads',
});

/**
 * Finds and reads a workload.
 * @param given a path (it has a slash, or ends in .yaml or .yml), or a packaged workload's name
 * @throws a usage error that names the file and, where it can be read, the line and the column
 */
export function loadWorkload(given: string): Workload {
  const path = files.locate(given);
  return { name: given, path, ...parseWorkload(files.read(path), path) };
}

export interface PackagedWorkload {
  readonly name: string;
  readonly path: string;
  readonly description: string;
}

/** The packaged workloads, by name. */
export function listWorkloads(): PackagedWorkload[] {
  return files.names().map((name) => {
    const { path, description } = loadWorkload(name);
    if (description === null) throw usageError(`${path}: has no description; give one line`);
    return { name, path, description };
  });
}
