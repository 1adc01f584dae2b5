import { IrqbenchError, messageOf, usageError } from '../errors.js';
import { importUserModule } from '../locks/user-module.js';
import { LINE_WORDS, WORD_BYTES } from '../sync/layout.js';
import { allocateMemory, type SharedMemory } from '../sync/memory.js';
import { EBUSY } from './errno.js';
import type { IndexVisits } from './visits.js';
import type { TokenIndex } from './xarray.js';

/**
 * An index of the user's own: an ES module that exports `name`, `words` and `createIndex`. It
 * takes the xarray's place, with the semantics of 6.17, once for each side of each table; under a
 * lock that readers share, several threads `load` at once. Its code runs in every thread, over
 * words that start as zeros, and has to keep the rules of algorithm code (src/README.md).
 */
export interface UserIndex {
  readonly name: string;
  /** Words of shared memory for so many entries at once. */
  words(capacity: number): number;
  /** One thread's view of the index at these words. */
  createIndex(site: IndexSite): TokenIndex;
}

export interface IndexSite {
  readonly memory: SharedMemory;
  /** The index's first word, on a cache line of its own. */
  readonly at: number;
  /** The most entries there can be at once. */
  readonly capacity: number;
  /** Where the index counts the nodes that it looks at, for `work.nodesVisited`; it need not. */
  readonly visits: IndexVisits;
}

/** For whoever looks into an index beside the run. */
export const UNCOUNTED: IndexVisits = { add: () => undefined };

type Complaint = (what: string, cause?: unknown) => IrqbenchError;

/**
 * @param path of the module, as `--index` gave it
 * @throws IrqbenchError (2) in a line that names the flag and the file, where it cannot be used
 */
export async function loadUserIndex(path: string): Promise<UserIndex> {
  const index = readUserIndex(await importUserModule(path, '--index'), path);
  tryOut(index, complaintOf(path));
  return index;
}

/**
 * The index that a module's exports make.
 * @throws IrqbenchError (2) where they are not as they must be
 */
export function readUserIndex(module: Readonly<Record<string, unknown>>, path: string): UserIndex {
  const complaint = complaintOf(path);
  const { name, words, createIndex } = module;
  if (typeof name !== 'string' || name === '') throw complaint('exports no name, a string');
  if (typeof words !== 'number' && typeof words !== 'function')
    throw complaint('exports no words, a number or a function of the capacity');
  if (typeof createIndex !== 'function') throw complaint('exports no function createIndex');
  return {
    name,
    words: (capacity) => {
      const count: unknown = typeof words === 'function' ? words(capacity) : words;
      if (Number.isSafeInteger(count) && (count as number) > 0) return count as number;
      throw complaint(`words for ${capacity} entries are ${String(count)}, no positive integer`);
    },
    createIndex: ({ memory, at, capacity, visits }) =>
      createIndex({ memory: memory.words, at, capacity, visits }) as TokenIndex,
  };
}

function complaintOf(path: string): Complaint {
  return (what, cause) =>
    usageError(`--index ${path}: ${what}; irqbench init index writes a template that works`, cause);
}

const HI = 0xffff_8881 | 0;
const LO = 64;
const ENTRY = 48;

/** One entry goes in and out again: a module that cannot do that need not be started with. */
function tryOut(index: UserIndex, complaint: Complaint): void {
  try {
    const lines = Math.ceil(index.words(1) / LINE_WORDS) + 1;
    const memory = allocateMemory(lines * LINE_WORDS * WORD_BYTES);
    const made = index.createIndex({ memory, at: LINE_WORDS, capacity: 1, visits: UNCOUNTED });
    for (const verb of ['load', 'insert', 'erase'] as const) {
      if (typeof made?.[verb] !== 'function')
        throw complaint(`createIndex returned no object with a function ${verb}`);
    }
    for (const { what, call, expected } of TRIAL) {
      const got: unknown = call(made);
      if (got !== expected) throw complaint(`${what} returned ${String(got)}, not ${expected}`);
    }
  } catch (thrown) {
    if (thrown instanceof IrqbenchError) throw thrown;
    throw complaint(`threw when it was tried out (${messageOf(thrown)})`, thrown);
  }
}

const TRIAL: readonly {
  readonly what: string;
  readonly call: (index: TokenIndex) => number;
  readonly expected: number;
}[] = [
  { what: 'load of a token that is not there', call: (i) => i.load(HI, LO), expected: 0 },
  { what: 'insert', call: (i) => i.insert(HI, LO, ENTRY), expected: 0 },
  { what: 'load of a token that is there', call: (i) => i.load(HI, LO), expected: ENTRY },
  { what: 'insert of a token that is there', call: (i) => i.insert(HI, LO, 96), expected: -EBUSY },
  { what: 'erase', call: (i) => i.erase(HI, LO), expected: ENTRY },
  { what: 'erase of a token that is gone', call: (i) => i.erase(HI, LO), expected: 0 },
  { what: 'load of a token that is gone', call: (i) => i.load(HI, LO), expected: 0 },
];
