import { fileURLToPath } from 'node:url';
import { loadLock } from '../../src/locks/load.js';

/** The template of a user's lock as a registry, for the threads of the lock contract. */
const template = await loadLock(
  fileURLToPath(new URL('../../../workloads/templates/lock.mjs', import.meta.url)),
);
export const TEMPLATE = { [template.name]: template };
