import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT, IrqbenchError } from '../../src/errors.js';
import { holdThresholds, readThresholds, type Threshold } from '../../src/gate/thresholds.js';
import { buildResult } from '../fixtures/result.js';
import fc from '../support/properties.js';

/** Whatever is given for a threshold is read or refused in one line, and nothing passes by accident. */

const empty = { label: 'empty', figures: buildResult({ measuredRounds: 0 }), base: null };
const whole = { label: 'whole', figures: buildResult(), base: buildResult({ scale: 2 }) };

/** The threshold; null where it was refused as it should be. */
function readOrRefuse(text: string): Threshold | null {
  try {
    return readThresholds([{ text, where: '--fail-if' }], true)[0] ?? null;
  } catch (thrown) {
    assert.ok(thrown instanceof IrqbenchError, `${thrown}`);
    assert.equal(thrown.exitCode, EXIT.usage);
    assert.doesNotMatch(thrown.message, /[\p{Cc}\p{Zl}\p{Zp}]/u);
    assert.match(thrown.message, /^--fail-if ".*": column \d+: ./s);
    return null;
  }
}

function tryOut(text: string): void {
  const threshold = readOrRefuse(text);
  if (threshold === null) return;
  assert.ok(threshold.metrics.length > 0, 'a threshold that looks at nothing');
  const { checks, untold } = holdThresholds([threshold], [whole]);
  assert.equal(checks.length + untold.length, 1);
  // Of an empty run nothing but counts is known.
  if (!threshold.metrics.some((metric) => metric.startsWith('register.p'))) return;
  assert.equal(holdThresholds([threshold], [empty]).checks.length, 0, text);
}

const WORDS = [
  'register.p99',
  'register.p(99.9)',
  'vmReady.max',
  'work.nodesVisited',
  'fairness.jain',
  'audit.damage',
  'base',
  'base(register.p50)',
  '__proto__.x',
  'constructor.p99',
  'register.toString',
  'hasOwnProperty',
  '1',
  '0',
  '2ms',
  '5%',
  '1e308',
  '9'.repeat(400),
  '1e-400us',
  ...['+', '-', '*', '/', '(', ')', '<', '<=', '>', '>=', '==', '!=', '=', '.', ',', ' '],
];

const word = fc.constantFrom(...WORDS);
const number = fc.oneof(
  fc.constantFrom('2ms', '5%', '10', '0', '1.5us', '1e9', '1e308', '0.0000001ns'),
  fc.double({ noNaN: true, min: 0 }).map(String),
);

/** What the grammar makes, units together or not. */
const { expression } = fc.letrec<{ expression: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    fc.constantFrom('register.p99', 'register.p50', 'lock.contended', 'base', 'base(vmReady.max)'),
    number,
  ),
  expression: fc.oneof(
    { depthSize: 'small' },
    tie('atom'),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/'), tie('expression'))
      .map((parts) => parts.join(' ')),
    tie('expression').map((inner) => `(${inner})`),
    tie('expression').map((inner) => `-${inner}`),
  ),
}));
const comparison = fc
  .tuple(expression, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), expression)
  .map((parts) => parts.join(' '));

test('any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), tryOut), { numRuns: 2000 });
});

test('any words of the grammar in any order', () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
      tryOut,
    ),
    { numRuns: 2000 },
  );
});

test('what the grammar makes', () => {
  fc.assert(fc.property(comparison, tryOut), { numRuns: 2000 });
});

test('what the grammar makes, with a piece taken out, doubled or put elsewhere', () => {
  const mutated = fc
    .tuple(comparison, fc.nat(), fc.nat(), fc.nat(), fc.string({ maxLength: 3 }))
    .map(([text, a, b, c, noise]) => {
      const [from, to] = [a % text.length, b % text.length].sort((x, y) => x - y) as [
        number,
        number,
      ];
      const piece = text.slice(from, to);
      switch (c % 4) {
        case 0:
          return text.slice(0, from) + text.slice(to);
        case 1:
          return text.slice(0, to) + piece + text.slice(to);
        case 2:
          return text.slice(0, from) + noise + text.slice(to);
        default:
          return piece + text;
      }
    });
  fc.assert(fc.property(mutated, tryOut), { numRuns: 2000 });
});

test('what has to be compared is: a figure and a limit on the right side of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (ns) => {
      const now = whole.figures.latency.register.maxNs as number;
      const [above, below] = [`register.max > ${ns}ns`, `register.max <= ${ns}ns`].map((text) => {
        const threshold = readOrRefuse(text);
        assert.ok(threshold);
        return holdThresholds([threshold], [whole]).checks[0]?.verdict;
      });
      assert.equal(above, now > ns ? 'crossed' : 'held');
      assert.equal(below, now <= ns ? 'crossed' : 'held');
    }),
  );
});
