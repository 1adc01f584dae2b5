import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holm } from '../../src/stats/holm.js';
import fc from '../support/properties.js';

const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

test('known answers: R says so of p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [at, expected] of [0.03, 0.06, 0.06, 0.02].entries()) {
    assert.ok(Math.abs((adjusted[at] as number) - expected) < 1e-15);
  }
});

test('none, one and many that are sure', () => {
  assert.deepEqual(holm([]), []);
  assert.deepEqual(holm([0.04]), [0.04]);
  assert.deepEqual(holm([0.9, 0.8, 1]), [1, 1, 1]);
});

test('no p falls, none rises beyond Bonferroni, and their order stays', () => {
  fc.assert(
    fc.property(ps, (values) => {
      const adjusted = holm(values);
      for (const [at, p] of values.entries()) {
        const after = adjusted[at] as number;
        assert.ok(after >= p && after <= Math.min(1, p * values.length));
        for (const [other, q] of values.entries()) {
          if (p <= q) assert.ok(after <= (adjusted[other] as number));
        }
      }
    }),
  );
});

test('the order in which they are given does not matter', () => {
  fc.assert(
    fc.property(ps, (values) => {
      assert.deepEqual(holm(values.toReversed()), holm(values).toReversed());
    }),
  );
});
