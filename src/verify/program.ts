import type { Register, Stepped } from '../stepping/operation.js';
import type { SharedMemory } from '../sync/memory.js';
import type { Digest } from './digest.js';
import type { ThreadState } from './thread.js';

/** What is explored: threads over one memory, and what must hold of them. */

/** Words of the memory that have a name in a trace: `lock[0]`. */
export interface Region {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /**
   * Written by the threads and looked at by none: no part of a state. A program says so only of
   * what code cannot look at.
   */
  readonly isOutput: boolean;
  /** Whether plain accesses of it are worth a line of a trace, race or not. */
  readonly isTold?: boolean;
}

export interface Program {
  readonly memory: SharedMemory;
  /** The memory's words before anybody runs, if they are not zeros. */
  readonly initial?: Int32Array;
  /** So many words at the beginning are nobody's: who comes there has followed a null link. */
  readonly nullWords?: number;
  readonly register: Register;
  readonly threads: number;
  readonly regions: readonly Region[];
  readonly oracle: Oracle;
  /** A thread from its beginning; called again for each schedule, before which memory is reset. */
  start(thread: number): Stepped;
  /** What a mark is called in a trace, where it is not `inside`. */
  nameMark?(thread: ThreadState): string;
}

/** @returns the first that has the word: parts of a region come before it */
export function regionOf(regions: readonly Region[], word: number): Region | undefined {
  return regions.find(({ from, to }) => word >= from && word < to);
}

/** `lock[0]`, or `word 17` where it belongs to nothing. */
export function nameWord(regions: readonly Region[], word: number): string {
  const region = regionOf(regions, word);
  if (region === undefined) return `word ${word}`;
  return region.to - region.from === 1 ? region.name : `${region.name}[${word - region.from}]`;
}

/** Marks that threads of a program come to. */
export const MARK = {
  /** An action begins, number `a`: nothing of an earlier one is left in the thread's variables. */
  begin: 1,
  /** Inside a critical section: others may run while the thread is here. `a`: 1 if it is shared. */
  section: 2,
  /** A callback of the manager's is about to run: `at` the object, `b` which one, `c` the partner. */
  callback: 3,
} as const;

/** Judges what happens. It has state, of the schedule so far, which is part of the program's. */
export interface Oracle {
  restart(): void;
  /** A thread has come to a mark. @returns what is wrong with that */
  arrived(thread: number, mark: number, a: number): Finding | null;
  /** A thread goes on from the mark that it is at. @returns what is wrong with that */
  left(thread: ThreadState): Finding | null;
  /** A thread is about to carry out an operation. @returns what is wrong with that */
  operates(thread: number): Finding | null;
  /** A thread's read-modify-write changed a word. */
  modified(thread: number, word: number): void;
  addTo(digest: Digest): void;
  /** All threads have ended. */
  ended(): Finding | null;
}

export type FindingKind =
  | 'mutual exclusion'
  | 'order'
  | 'deadlock'
  | 'lost wake-up'
  | 'livelock'
  | 'data race'
  | 'exception'
  | 'null link'
  | 'not deterministic'
  | 'words left behind'
  | 'not linearizable'
  | 'callback order'
  | 'audit';

/** Something that must not be. */
export interface Finding {
  readonly kind: FindingKind;
  readonly message: string;
  /** The word that it is about, if it is about one. */
  readonly word?: number;
}
