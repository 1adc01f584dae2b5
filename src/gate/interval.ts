import type { ComparisonOperator } from './threshold-lex.js';
import type { ArithmeticOperator } from './threshold-parse.js';

/**
 * Arithmetic on what is known of a figure: where it lies, both ends included. A figure that was
 * measured is an interval of one point.
 */
export interface Interval {
  readonly low: number;
  /** Infinity where there is no upper end. */
  readonly high: number;
}

export function point(value: number): Interval {
  return { low: value, high: value };
}

export function isPoint({ low, high }: Interval): boolean {
  return low === high;
}

export function negative({ low, high }: Interval): Interval {
  return { low: -high, high: -low };
}

/** Nothing of an open end is nothing, where IEEE 754 says NaN. */
function times(one: number, other: number): number {
  return one === 0 || other === 0 ? 0 : one * other;
}

function hull(values: readonly number[]): Interval {
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** Every value that the operation can have; null where the divisor can be 0. */
export function compute(
  operator: ArithmeticOperator,
  one: Interval,
  other: Interval,
): Interval | null {
  switch (operator) {
    case '+':
      return { low: one.low + other.low, high: one.high + other.high };
    case '-':
      return compute('+', one, negative(other));
    case '*':
      return hull([
        times(one.low, other.low),
        times(one.low, other.high),
        times(one.high, other.low),
        times(one.high, other.high),
      ]);
    case '/':
      if (other.low <= 0 && other.high >= 0) return null;
      // Quotients, not products with the inverse: those of points are to be exact.
      return hull([
        quotient(one.low, other.low),
        quotient(one.low, other.high),
        quotient(one.high, other.low),
        quotient(one.high, other.high),
      ]);
  }
}

/** Of two open ends nothing is known but the sign; the other quotients are the hull then. */
function quotient(one: number, other: number): number {
  const value = one / other;
  return Number.isNaN(value) ? 0 : value;
}

/** Whether the comparison is true of every pair of values (true), of none (false), or of some (null). */
export function holds(
  operator: ComparisonOperator,
  one: Interval,
  other: Interval,
): boolean | null {
  switch (operator) {
    case '<':
      return all(one.high < other.low, one.low >= other.high);
    case '<=':
      return all(one.high <= other.low, one.low > other.high);
    case '>':
      return holds('<', other, one);
    case '>=':
      return holds('<=', other, one);
    case '==':
      return all(
        isPoint(one) && isPoint(other) && one.low === other.low,
        one.high < other.low || one.low > other.high,
      );
    case '!=': {
      const equal = holds('==', one, other);
      return equal === null ? null : !equal;
    }
  }
}

function all(always: boolean, never: boolean): boolean | null {
  if (always) return true;
  return never ? false : null;
}
