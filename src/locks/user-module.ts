import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, usageError } from '../errors.js';
import { Counters, reserveCounters } from '../sync/counters.js';
import { Cpus, reserveCpus } from '../sync/cpu.js';
import { Layout } from '../sync/layout.js';
import { allocateMemory } from '../sync/memory.js';
import type { Lock, LockAlgorithm, LockSite } from './lock.js';
import { UserLock, UserSync } from './user-lock.js';

/**
 * Modules of the user's own. A lock's module exports
 *
 * - `name`: what reports call it;
 * - `words`: how many 32-bit words of shared memory it needs, a number or a function of the number
 *   of threads; they start as zeros;
 * - `createLock({ memory, at, threads, sync })`: called in each thread; returns an object with
 *   `acquire(self)` and `release(self)`. `memory` is an Int32Array of all shared memory, `at` the
 *   lock's first word in it, on a cache line of its own (16 words), `self` the calling thread's
 *   number from 0. `sync.spinWhile(memory, index, value)` waits while a word has a value: the wait
 *   statistics are made of these waits. `sync.now()` is the time in nanoseconds,
 *   `sync.node(self)` a thread's NUMA node;
 * - `order` and `waiting`, if it likes: as in `LockAlgorithm`; `passing` and `spins` if not.
 */

/** A MiB for one lock: more is a mistake. */
const MOST_WORDS = 1 << 18;
const REMEDY = 'irqbench init lock writes a template that works';

const ORDERS = ['fifo', 'node-fifo', 'passing'] as const;
const WAYS_TO_WAIT = ['parks', 'spins'] as const;

type Exports = Readonly<Record<string, unknown>>;

/**
 * Imports the ES module of a lock or index of the user's own. Every thread does so for itself;
 * the main thread first, so that what is wrong with it is said before anything is started.
 * @param flag how error messages name where it was given: `--lock`
 * @returns its exports
 * @throws IrqbenchError (2) where it cannot be imported or throws on import
 */
export async function importUserModule(path: string, flag: string): Promise<Exports> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Exports;
  } catch (thrown) {
    throw usageError(
      `${flag} ${path}: cannot be imported (${messageOf(thrown)}); irqbench init writes a template that works`,
      thrown,
    );
  }
}

/**
 * A lock of the user's own, tried once on scratch memory.
 * @throws IrqbenchError (2) where the module is not as it must be
 */
export async function importUserLock(path: string): Promise<LockAlgorithm> {
  const algorithm = readUserLock(await importUserModule(path, '--lock'), path);
  algorithm.create(scratchSite(algorithm));
  return algorithm;
}

/**
 * The lock that a module's exports make.
 * @throws IrqbenchError (2) where they are not as they must be
 */
export function readUserLock(module: Exports, path: string): LockAlgorithm {
  return readLock(module, (what, cause) => {
    throw usageError(`--lock ${path}: ${what}; ${REMEDY}`, cause);
  });
}

type Refuse = (what: string, cause?: unknown) => never;

function readLock(module: Exports, refuse: Refuse): LockAlgorithm {
  const { name, words, createLock, order = 'passing', waiting = 'spins' } = module;
  if (createLock === undefined) refuse('exports no createLock');
  if (typeof createLock !== 'function') refuse('its createLock is no function');
  if (name === undefined) refuse('exports no name');
  if (typeof name !== 'string' || name === '') refuse('its name is no text');
  if (words === undefined) refuse('exports no words');
  if (!isOneOf(ORDERS, order)) refuse(`its order is none of ${ORDERS.join(', ')}`);
  if (!isOneOf(WAYS_TO_WAIT, waiting)) {
    refuse(`its waiting is none of ${WAYS_TO_WAIT.join(', ')}`);
  }
  return {
    name,
    order,
    waiting,
    isZeroWhenFree: false,
    words: (threads) => {
      const count: unknown =
        typeof words === 'function' ? callOrRefuse('words', () => words(threads), refuse) : words;
      if (!isWordCount(count)) {
        refuse(`its words (${String(count)}) are no whole number from 1 to ${MOST_WORDS}`);
      }
      return count;
    },
    create: (site) => {
      const { memory, at, threads } = site;
      const given = { memory: memory.words, at, threads, sync: new UserSync(site) };
      const made: unknown = callOrRefuse('createLock', () => createLock(given), refuse);
      if (!isLock(made)) {
        refuse(`its createLock returns ${missingIn(made)}`);
      }
      return new UserLock(made, site);
    },
  };
}

function callOrRefuse(what: string, call: () => unknown, refuse: Refuse): unknown {
  try {
    return call();
  } catch (thrown) {
    return refuse(`its ${what} throws (${messageOf(thrown)})`, thrown);
  }
}

function isOneOf<T extends string>(all: readonly T[], value: unknown): value is T {
  return all.some((one) => one === value);
}

function isWordCount(count: unknown): count is number {
  return Number.isInteger(count) && (count as number) >= 1 && (count as number) <= MOST_WORDS;
}

function isLock(made: unknown): made is Lock {
  return missingIn(made) === '';
}

/** What keeps it from being a lock, in words; or nothing. */
function missingIn(made: unknown): string {
  if (typeof made !== 'object' || made === null)
    return `${made === null ? 'null' : typeof made}, not an object with acquire and release`;
  for (const verb of ['acquire', 'release']) {
    if (typeof (made as Exports)[verb] !== 'function') return `an object without ${verb}(self)`;
  }
  return '';
}

/** Room for the lock with one thread, and nobody else. */
function scratchSite(algorithm: LockAlgorithm): LockSite {
  const threads = 1;
  const layout = new Layout();
  const at = layout.reserve(algorithm.words(threads));
  const countersAt = reserveCounters(layout, threads);
  const cpusAt = reserveCpus(layout, threads);
  const memory = allocateMemory(layout.totalBytes);
  return {
    memory,
    at,
    threads,
    counters: new Counters(memory, countersAt, 0),
    cpus: new Cpus(memory, cpusAt, threads, 1),
  };
}
