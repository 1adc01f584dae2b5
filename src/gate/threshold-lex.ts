import { countFactor, nsPer, timeUnits } from '../units.js';
import { nearest, quote } from '../wording.js';
import type { FailAt } from './threshold-error.js';

/** The words of a threshold. */

export const comparisons = ['<', '<=', '>', '>=', '==', '!='] as const;
export type ComparisonOperator = (typeof comparisons)[number];

/** Where a part of the text begins, and where it has ended. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a number counts: `0` goes with everything, `%` makes a ratio. */
export type NumberUnit = 'none' | 'ns' | 'ratio';

export type Token = Span &
  (
    | { readonly kind: 'number'; readonly value: number; readonly unit: NumberUnit }
    /** A metric's name, or `base`. */
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'comparison'; readonly operator: ComparisonOperator }
    | { readonly kind: '+' | '-' | '*' | '/' | '(' | ')' | 'end' }
  );

const SPACE = /\s+/y;
const NUMBER = /(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?/iy;
const UNIT = /\s*([%\p{L}]+)/uy;
const NAME = /[A-Za-z_$][\w$]*(?:\.[\w$]+)*/y;
/** What `register.p` goes on with: `(99.9)`. */
const PERCENTILE = /\(\s*([\d.]+)\s*\)/y;
const COMPARISON = /[<>!=]=?/y;
const SIGNS = ['+', '-', '*', '/', '(', ')'] as const;

/** Longer than anybody writes by hand; so no threshold's tree is too deep to walk. */
const LONGEST = 1000;

/** @throws through `fail`, at the first thing that is no word of a threshold */
export function lex(text: string, fail: FailAt): Token[] {
  if (text.length > LONGEST) return fail(LONGEST, `is longer than ${LONGEST} characters`);
  const tokens: Token[] = [];
  let at = 0;
  /** What a pattern finds here and nowhere else. */
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const next = (from: number): Token => {
    const sign = SIGNS.find((known) => known === text[from]);
    if (sign !== undefined) {
      at++;
      return { kind: sign, from, to: at };
    }
    const digits = take(NUMBER)?.[0];
    if (digits !== undefined) {
      const unitFrom = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
      const unit = take(UNIT)?.[1] ?? '';
      const scale = scaleOf(unit) ?? fail(unitFrom, noUnit(unit));
      const value = Number(digits.replaceAll('_', '')) * scale.factor;
      if (!Number.isFinite(value)) return fail(from, 'the number is too large');
      return { kind: 'number', value, unit: scale.unit, from, to: at };
    }
    const name = take(NAME)?.[0];
    if (name !== undefined) {
      const percentile = name.endsWith('.p') ? take(PERCENTILE)?.[1] : undefined;
      const whole = percentile === undefined ? name : `${name}(${percentile})`;
      return { kind: 'name', name: whole, from, to: at };
    }
    const comparison = take(COMPARISON)?.[0];
    const operator = comparisons.find((known) => known === comparison);
    if (operator === undefined) return fail(from, noWord(text.slice(from)));
    return { kind: 'comparison', operator, from, to: at };
  };
  for (take(SPACE); at < text.length; take(SPACE)) tokens.push(next(at));
  return [...tokens, { kind: 'end', from: text.length, to: text.length }];
}

/** What a number with this unit counts, and how much of it one is. */
function scaleOf(unit: string): { unit: NumberUnit; factor: number } | undefined {
  if (unit === '%') return { unit: 'ratio', factor: 0.01 };
  const ns = nsPer(unit);
  if (ns !== undefined) return { unit: 'ns', factor: ns };
  const factor = countFactor(unit);
  return factor === undefined ? undefined : { unit: 'none', factor };
}

function noUnit(unit: string): string {
  const meant = nearest(unit, timeUnits);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return `${quote(unit)} is no unit${hint}; give ns, us, ms, s or m for a time, % for a share, nothing for a count`;
}

function noWord(rest: string): string {
  if (rest.startsWith('=')) return 'a single = compares nothing; write ==';
  if (/^(&&|\|\|)/.test(rest)) return 'a threshold is one comparison; give --fail-if once for each';
  const [first = ''] = rest;
  return `${quote(first)} means nothing here; give a metric, a number, an operator or a parenthesis`;
}
