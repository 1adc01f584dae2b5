import { fileURLToPath } from 'node:url';

/** Locks that are wrong in one way each, by name, and what is wrong with them. */
export const MUTANTS = {
  'store-before-look': ['lost wake-up'],
  'two-state': ['lost wake-up'],
  'forgets-others': ['lost wake-up'],
  'wakes-nobody': ['lost wake-up'],
  'late-park': ['lost wake-up'],
  'unlinked-successor': ['deadlock', 'order', 'mutual exclusion'],
  'torn-ticket': ['mutual exclusion', 'data race'],
  'look-then-take': ['mutual exclusion', 'data race'],
  'excludes-nobody': ['mutual exclusion'],
  'plain-release': ['data race'],
  'false-fifo': ['order'],
  strays: ['words left behind'],
  moody: ['not deterministic'],
  'trips-over': ['exception'],
  'waits-for-itself': ['livelock', 'deadlock'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type MutantName = keyof typeof MUTANTS;
export const mutantNames = Object.keys(MUTANTS) as MutantName[];

export function mutantPath(name: MutantName): string {
  return fileURLToPath(new URL(`./mutants/${name}.js`, import.meta.url));
}
