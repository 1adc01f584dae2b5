import { usageError } from '../errors.js';
import { formatCount, parseCount, parseDurationNs, spellNs } from '../units.js';
import { anyOf, didYouMean, quote } from '../wording.js';

/** The kinds of value that options take: how each is read, refused and written back. */

type Scalar = string | number | boolean;
/** What an option is given: a flag's text, or a value from a workload file. */
export type RawValue = Scalar | readonly Scalar[];

/** Ends the reading of a value. `wrong` completes the sentence "`<value>` …". */
export type Refuse = (wrong: string) => never;

/** What it takes to count through the numbers of a kind. */
export interface Numeric {
  readonly isWhole: boolean;
  /** Reads a number of this kind whatever its size, such as a step; undefined where it is none. */
  parse(text: string): number | undefined;
}

/** One kind of value. For every value it reads, `read(spell(value))` gives the value again. */
export interface Kind<T> {
  /** What is accepted, with an example; completes the sentence "give …". */
  readonly accepts: string;
  /** True where a YAML list may stand for the text with commas between. */
  readonly list?: boolean;
  /** Of a kind whose values are numbers. */
  readonly numeric?: Numeric;
  /** Reads trimmed text that is not empty. */
  read(text: string, refuse: Refuse): T;
  /** The spelling that `read` takes. */
  spell(value: T): string;
}

/**
 * Reads a value, whatever its kind.
 * @param where the flag (`--hold`) or the place in a file (`file.yaml:3:7 hold`)
 * @throws a usage error of one line: where, the value, what is wrong with it, what is accepted
 */
export function parseValue<T>(kind: Kind<T>, raw: RawValue, where: string): T {
  const isList = typeof raw === 'object';
  const text = isList ? raw.join(',') : String(raw).trim();
  const refuse: Refuse = (wrong) => {
    const shown = isList ? quote(`[${raw.join(', ')}]`) : quote(text);
    throw usageError(`${where}: ${shown} ${wrong}; give ${kind.accepts}`);
  };
  if (isList && !kind.list) return refuse('is a list, not one value');
  if (text === '') return refuse('is empty');
  return kind.read(text, refuse);
}

/** The largest count: it fits the 32-bit words of the shared memory. */
export const MAX_COUNT = 2 ** 31 - 1;

function isNegative(text: string): boolean {
  return /^-\s*[.\d]/.test(text);
}

/** Why text is no whole number: a sentence's end for {@link Refuse}. */
function whyNoCount(text: string): string {
  if (isNegative(text)) return 'is negative';
  return /^\d[\d_]*[kKMG]?$/.test(text) ? 'is too large' : 'is not a whole number';
}

/** Whole numbers from `min` to `max`: `800`, `12k`, `62_500`. */
export function count({ min, max, example }: { min: number; max: number; example: string }) {
  const accepts = `a whole number from ${formatCount(min)} to ${formatCount(max)}, such as ${example}`;
  return {
    accepts,
    numeric: { isWhole: true, parse: parseCount },
    read(text: string, refuse: Refuse): number {
      const value = parseCount(text);
      if (value === undefined) return refuse(whyNoCount(text));
      if (value < min) return refuse('is too small');
      return value > max ? refuse('is too large') : value;
    },
    spell: String,
  } satisfies Kind<number>;
}

const MAX_DURATION = '60m';
const MAX_DURATION_NS = parseDurationNs(MAX_DURATION) as number;

/** Durations in nanoseconds, with their unit: `400ms`, `5us`; `0` needs none. */
export const duration: Kind<number> = {
  accepts: `0, or a time with its unit up to ${MAX_DURATION}, such as 5us, 400ms or 1.5s`,
  numeric: { isWhole: true, parse: parseDurationNs },
  read(text, refuse) {
    const ns = parseDurationNs(text);
    if (ns !== undefined) return ns > MAX_DURATION_NS ? refuse('is too long') : ns;
    if (isNegative(text)) return refuse('is negative');
    return refuse(/^[\d_.]+$/.test(text) ? 'has no unit' : 'is not a duration');
  },
  spell: spellNs,
};

/** @returns the number that decimal text stands for (`0.01`, `1e-3`), or undefined */
export function parseDecimal(text: string): number | undefined {
  return /^(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : undefined;
}

/** A share of all cases, from 0 to 1. */
export const rate: Kind<number> = {
  accepts: 'a rate from 0 to 1, such as 0.01',
  numeric: { isWhole: false, parse: parseDecimal },
  read(text, refuse) {
    const value = parseDecimal(text);
    if (value === undefined) return refuse(isNegative(text) ? 'is negative' : 'is not a number');
    return value > 1 ? refuse('is more than 1') : value;
  },
  spell: String,
};

/**
 * One word of a list; an unknown word is answered with the nearest.
 * @param noun what the words are: `strategy`
 * @param more where the user can read about them
 */
export function choice<T extends string>(noun: string, words: readonly T[], more = ''): Kind<T> {
  return {
    accepts: anyOf(words) + more,
    read(text, refuse) {
      const known = words.find((word) => word === text);
      return known ?? refuse(`is no ${noun}${didYouMean(text, words)}`);
    },
    spell: (word) => word,
  };
}
