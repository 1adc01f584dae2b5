import { LINE_WORDS } from '../sync/layout.js';
import type { OpName } from './operation.js';

/**
 * What of `src/sync/` a driver answers itself, instead of stepping through it: the clock, the
 * declared spins, whether a thread has a CPU. Whoever adds one there says here what it means.
 */

/** How a function's arguments become an operation. */
export interface Answer {
  readonly op: OpName;
  /**
   * The register's field that each parameter goes to, in their order. `lines` adds so many lines
   * to `at`; `-` is not passed on.
   */
  readonly takes: readonly ('array' | 'at' | 'lines' | 'a' | 'b' | 'c' | 'looks' | '-')[];
}

/** By module and export. Exports that are not functions are taken as they are. */
export const ANSWERS: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
  'sync/clock': {
    nowNs: { op: 'clock', takes: [] },
  },
  'sync/spin': {
    spinWhile: { op: 'awaitChange', takes: ['array', 'at', 'a'] },
    spinWhileBoth: { op: 'awaitEither', takes: ['array', 'at', 'a', 'b', 'c'] },
    spinUntilExchanged: { op: 'awaitExchange', takes: ['array', 'at', 'a', 'b'] },
    spinInLine: { op: 'awaitChange', takes: ['array', 'at', 'a', '-'] },
    spinInQueue: { op: 'awaitChange', takes: ['array', 'at', 'lines', 'a'] },
    spinBriefly: { op: 'glance', takes: ['array', 'at', 'a', 'looks'] },
    pauseFor: { op: 'pause', takes: ['looks'] },
    spinFor: { op: 'pause', takes: ['a', '-'] },
  },
};

/**
 * By module and method, whose place is where it is called from and whose first argument is the
 * object's `words`: `null` does nothing. Who sleeps with a lock held publishes it for others to
 * read natively; a driver that knows or decides who runs has no use for the word.
 */
export const METHOD_ANSWERS: Readonly<Record<string, Readonly<Record<string, Answer | null>>>> = {
  'sync/cpu': {
    isRunning: { op: 'isRunning', takes: ['-', 'at'] },
    spinOnOwner: { op: 'glance', takes: ['array', 'at', 'b', 'a', 'c'] },
    block: null,
    unblock: null,
  },
  'locks/user-lock': {
    spinWhile: { op: 'awaitChange', takes: ['-', 'array', 'at', 'a'] },
  },
};

/** How many words `lines` adds to `at` for each. */
export const WORDS_A_LINE = LINE_WORDS;
