import { type HostProfile, hostProfileSchema } from '../model/host-profile.js';
import { PackagedFiles } from './packaged-files.js';
import { parseYaml } from './typed-yaml.js';

/** `--host FILE|NAME`: finds a host's profile, reads it, and lists the ones in the package. */

/** The host that the bug was reported from. */
export const DEFAULT_HOST = 'xeon-8255c';

const FILES = new PackagedFiles({
  flag: '--host',
  noun: 'host',
  folder: 'workloads/hosts/',
  lister: 'irqbench list hosts',
});

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
  return parseYaml(hostProfileSchema, text, file);
}
