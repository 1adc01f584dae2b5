import type { Scenario } from '../model/scenario.js';
import { PackagedFiles } from './packaged-files.js';
import { parseScenario } from './scenario-yaml.js';

/** `--scenario FILE|NAME`: finds the file, reads it, and lists the ones in the package. */

const files = new PackagedFiles({
  flag: '--scenario',
  noun: 'scenario',
  folder: 'workloads/verify/',
  lister: 'irqbench list scenarios',
});

/**
 * Finds and reads a scenario.
 * @param given a path (it has a slash, or ends in .yaml or .yml), or a packaged scenario's name
 * @throws a usage error that names the file and, where it can be read, the line and the column
 */
export function loadScenario(given: string): Scenario {
  const path = files.locate(given);
  return parseScenario(files.read(path), given, path);
}

/** The packaged scenarios, by name. */
export function listScenarios(): Scenario[] {
  return files.names().map(loadScenario);
}
