import { fileURLToPath } from 'node:url';

/** Locks that are wrong in one way each: what is wrong, and what it may be found as. */
export interface LockMutant {
  readonly wrong: string;
  readonly kinds: readonly string[];
}

export const LOCK_MUTANTS = {
  'store-before-look': {
    wrong: 'unlock stores before it looks at the waiters',
    kinds: ['lost wake-up'],
  },
  'two-state': {
    wrong: 'counts its sleepers before it frees the word',
    kinds: ['lost wake-up'],
  },
  'forgets-others': {
    wrong: 'a woken sleeper takes the futex as uncontended',
    kinds: ['lost wake-up'],
  },
  'wakes-nobody': { wrong: 'never notifies', kinds: ['lost wake-up'] },
  'late-park': {
    wrong: 'MCS release misses a successor between link and park',
    kinds: ['lost wake-up'],
  },
  'unlinked-successor': {
    wrong: 'MCS release takes an unlinked successor for none',
    kinds: ['deadlock', 'order', 'mutual exclusion'],
  },
  'torn-ticket': {
    wrong: 'ticket read and taken in two operations',
    kinds: ['mutual exclusion', 'data race'],
  },
  'look-then-take': {
    wrong: 'sees it free, then takes it',
    kinds: ['mutual exclusion', 'data race'],
  },
  'excludes-nobody': { wrong: 'no lock at all', kinds: ['mutual exclusion'] },
  'plain-release': { wrong: 'frees the word with a plain store', kinds: ['data race'] },
  'false-fifo': { wrong: 'says first come, first served', kinds: ['order'] },
  strays: { wrong: 'writes beyond its words', kinds: ['words left behind'] },
  moody: { wrong: 'does something else the next time', kinds: ['not deterministic'] },
  'trips-over': { wrong: 'an operation outside of the memory', kinds: ['exception'] },
  'waits-for-itself': { wrong: 'a release that never ends', kinds: ['livelock', 'deadlock'] },
} as const satisfies Readonly<Record<string, LockMutant>>;
export type LockMutantName = keyof typeof LOCK_MUTANTS;
export const lockMutantNames = Object.keys(LOCK_MUTANTS) as LockMutantName[];

export function lockMutantPath(name: LockMutantName): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
}
