/**
 * The algorithms that a strategy is put together from, by name. Apart from the schemas, because
 * worker threads and children look names up too, and a thread that imports a schema library to do
 * so starts 0.2 s of CPU time later.
 */

/** The locks irqbench has, in the order in which they are listed; `src/locks/` has a file for each. */
export const lockNames = [
  'mutex',
  'linux-mutex',
  'tas',
  'ttas',
  'ticket',
  'mcs',
  'mcs-park',
  'cna',
  'rwsem',
] as const;
export type LockName = (typeof lockNames)[number];

export const indexNames = ['list', 'hlist', 'xarray'] as const;
export type IndexName = (typeof indexNames)[number];

/** The path of an ES module, a lock or an index of the user's own: told from a name by its look. */
export const MODULE_PATH = /[/\\]|\.m?js$/;

export function isModulePath(text: string): boolean {
  return MODULE_PATH.test(text);
}
