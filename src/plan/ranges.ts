import { counted, formatCount } from '../units.js';
import type { RunOption } from './option.js';
import { type OptionKey, runOptions } from './options.js';
import { isPreset, strategySettings } from './strategy-text.js';
import { type Numeric, parseDecimal, parseValue, type Refuse } from './values.js';

/**
 * The values that `--vary` takes: `1,2,4`, `100..1600:+300`, `100..1600:x2`, names, strategies as
 * `compare` takes them. Where a value has commas itself, semicolons stand between the values.
 */

export interface VariedValues {
  /** Each as the option takes it, no two alike. */
  readonly values: readonly string[];
  /** The same as numbers; null where they are words. */
  readonly numbers: readonly number[] | null;
  /** Whether each number is the one before it, times something. */
  readonly isGeometric: boolean;
}

/** Runs of one sweep: so many results are still a file that can be read. */
export const MAX_RUNS = 10_000;

/** @throws IrqbenchError (2) that names the place, the text at fault and what is wrong with it */
export function readVaried(key: OptionKey, text: string, where: string): VariedValues {
  const option = runOptions[key] as RunOption<unknown>;
  const parts = split(text, key === 'strategy');
  const { numeric } = option;
  if (numeric === null) {
    const words = parts.map((part) => readWord(key, option, part, where));
    checkDistinct(words, where);
    return { values: words.map(({ text }) => text), numbers: null, isGeometric: false };
  }
  const read = { numeric, number: (part: string) => option.parse(part, where) as number };
  const numbers = parts.flatMap((part) => readNumbers(part, read, where));
  const values = numbers.map((number) => ({ text: option.spell(number) }));
  checkDistinct(values, where);
  return {
    values: values.map(({ text }) => text),
    numbers,
    isGeometric: parts.every((part) => /:\s*x/.test(part)) || isProgression(numbers),
  };
}

function split(text: string, isStrategy: boolean): string[] {
  const hasSemicolons = text.includes(';');
  const parts = text.split(hasSemicolons ? ';' : ',').map((part) => part.trim());
  if (hasSemicolons || !isStrategy) return parts;
  // As `compare` reads them: an axis goes on with the strategy before it, a preset begins the next.
  const strategies: string[] = [];
  for (const part of parts) {
    const before = strategies.at(-1);
    if (before === undefined || isPreset(part) || !part.includes('=')) strategies.push(part);
    else strategies[strategies.length - 1] = `${before},${part}`;
  }
  return strategies;
}

interface Word {
  readonly text: string;
  /** What it stands for, where texts that differ can mean the same. */
  readonly meaning?: string;
}

function readWord(key: OptionKey, option: RunOption<unknown>, text: string, where: string): Word {
  if (key !== 'strategy') return { text: option.spell(option.parse(text, where)) };
  return { text, meaning: JSON.stringify(strategySettings(text, where).strategy) };
}

function checkDistinct(words: readonly Word[], where: string): void {
  const seen = new Set<string>();
  for (const { text, meaning = text } of words) {
    if (seen.has(meaning)) refusing(text, where, 'each value once')('is given twice');
    seen.add(meaning);
  }
}

interface NumberReader {
  readonly numeric: Numeric;
  /** Reads a value of the option. */
  number(text: string): number;
}

const RANGES = 'a range such as 100..1600:+300 or 5us..80us:x4';

function readNumbers(part: string, read: NumberReader, where: string): number[] {
  const [, from, to, step = ''] = /^(.*?)\.\.([^:]*)(?::(.*))?$/s.exec(part) ?? [];
  if (from === undefined || to === undefined) return [read.number(part)];
  const refuse = refusing(part, where, RANGES);
  const ends = { from: read.number(from), to: read.number(to) };
  if (ends.from > ends.to) return refuse('is empty: it ends below where it begins');
  const [, sign, text = ''] = /^([+x])(.*)$/s.exec(step.trim()) ?? [];
  if (sign === undefined) return refuse(step === '' ? 'has no step' : 'has a step without + or x');
  return sign === '+'
    ? arithmetic(ends, read.numeric.parse(text.trim()), read.numeric, refuse)
    : geometric(ends, parseDecimal(text.trim()), read.numeric, refuse);
}

interface Ends {
  readonly from: number;
  readonly to: number;
}

/** A hair more, so that an end that binary fractions miss is still reached. */
const HAIR = 1e-9;

function arithmetic(
  { from, to }: Ends,
  step: number | undefined,
  { isWhole }: Numeric,
  refuse: Refuse,
): number[] {
  if (step === undefined) return refuse('has a step that is no such value');
  if (step === 0) return refuse('has a step of 0');
  const count = Math.floor((to - from) / step + HAIR) + 1;
  return numbersOf(count, (i) => from + i * step, to, isWhole, refuse);
}

function geometric(
  { from, to }: Ends,
  factor: number | undefined,
  { isWhole }: Numeric,
  refuse: Refuse,
): number[] {
  if (factor === undefined) return refuse('has a factor that is no number');
  if (factor <= 1) return refuse('has a factor that is not above 1');
  if (from === 0) return refuse('begins at 0, which no factor makes larger');
  const count = Math.floor(Math.log(to / from) / Math.log(factor) + HAIR) + 1;
  const numbers = numbersOf(count, (i) => from * factor ** i, to, isWhole, refuse);
  // A small factor of small numbers comes to the same whole number several times.
  return [...new Set(numbers)];
}

function numbersOf(
  count: number,
  at: (i: number) => number,
  to: number,
  isWhole: boolean,
  refuse: Refuse,
): number[] {
  if (count > MAX_RUNS)
    return refuse(
      `has ${counted(count, 'value')}, more than the ${formatCount(MAX_RUNS)} runs of a sweep`,
    );
  return Array.from({ length: count }, (_, i) => {
    // Twelve digits are more than anybody writes, and leave out what binary fractions add.
    const number = isWhole ? Math.round(at(i)) : Number(at(i).toPrecision(12));
    return Math.min(number, to);
  });
}

/** Whether numbers that were listed one by one are a geometric progression. */
function isProgression(numbers: readonly number[]): boolean {
  const ratios = numbers.slice(1).map((number, i) => number / (numbers[i] as number));
  const [first = 0] = ratios;
  return (
    ratios.length > 1 && first > 1 && ratios.every((ratio) => Math.abs(ratio / first - 1) < HAIR)
  );
}

function refusing(text: string, where: string, accepts: string): Refuse {
  return (wrong) =>
    parseValue<never>({ accepts, read: (_, refuse) => refuse(wrong), spell: String }, text, where);
}
