import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compute,
  holds,
  type Interval,
  isPoint,
  negative,
  point,
} from '../../src/gate/interval.js';
import { comparisons } from '../../src/gate/threshold-lex.js';
import fc from '../support/properties.js';

const OPERATORS = ['+', '-', '*', '/'] as const;

const plain: Record<(typeof OPERATORS)[number], (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

const says: Record<(typeof comparisons)[number], (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

const number = fc.integer({ min: -1000, max: 1000 });
const interval = fc
  .tuple(number, number)
  .map(([a, b]): Interval => ({ low: Math.min(a, b), high: Math.max(a, b) }));
/** An interval and a value in it. */
const inside = interval.chain(({ low, high }) =>
  fc.integer({ min: low, max: high }).map((value) => ({ interval: { low, high }, value })),
);

test('of points it is arithmetic', () => {
  fc.assert(
    fc.property(fc.constantFrom(...OPERATORS), number, number, (operator, a, b) => {
      const value = compute(operator, point(a), point(b));
      if (operator === '/' && b === 0) assert.equal(value, null);
      else assert.ok(value && isPoint(value) && value.low === plain[operator](a, b) + 0);
    }),
  );
});

test('what values can come to is in the result', () => {
  fc.assert(
    fc.property(fc.constantFrom(...OPERATORS), inside, inside, (operator, a, b) => {
      const result = compute(operator, a.interval, b.interval);
      if (result === null) {
        assert.ok(operator === '/' && b.interval.low <= 0 && b.interval.high >= 0);
        return;
      }
      const value = plain[operator](a.value, b.value);
      assert.ok(result.low <= value && value <= result.high);
    }),
  );
});

test('a comparison says yes or no only where all values in the ranges say so', () => {
  fc.assert(
    fc.property(fc.constantFrom(...comparisons), inside, inside, (operator, a, b) => {
      const verdict = holds(operator, a.interval, b.interval);
      if (verdict !== null) assert.equal(says[operator](a.value, b.value), verdict);
    }),
  );
});

test('of points a comparison always says', () => {
  fc.assert(
    fc.property(fc.constantFrom(...comparisons), number, number, (operator, a, b) => {
      assert.equal(holds(operator, point(a), point(b)), says[operator](a, b));
    }),
  );
});

test('an open end stays open, and nothing of it is nothing', () => {
  const open = { low: 5, high: Infinity };
  assert.deepEqual(compute('+', open, point(1)), { low: 6, high: Infinity });
  assert.deepEqual(compute('-', point(1), open), { low: -Infinity, high: -4 });
  assert.deepEqual(compute('*', open, point(0)), { low: 0, high: 0 });
  assert.deepEqual(compute('/', point(10), open), { low: 0, high: 2 });
  assert.deepEqual(compute('/', open, open), { low: 0, high: Infinity });
  assert.deepEqual(negative(open), { low: -Infinity, high: -5 });
  assert.equal(holds('>', open, point(4)), true);
  assert.equal(holds('>', open, point(5)), null);
  assert.equal(holds('<', open, point(5)), false);
});
