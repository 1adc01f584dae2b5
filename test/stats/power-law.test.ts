import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linearRegression } from 'simple-statistics';
import { powerLawExponent } from '../../src/stats/power-law.js';

const XS = [100, 200, 400, 800, 1600];

test('what grows in proportion has 1, what stays has 0, a square has 2', () => {
  for (const exponent of [1, 0, 2, -0.5]) {
    const found = powerLawExponent(
      XS,
      XS.map((x) => 3 * x ** exponent),
    );
    assert.ok(found !== null && Math.abs(found - exponent) < 1e-9, `${found}`);
  }
});

test('it is the slope of the least squares through the logarithms', () => {
  const positive = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(positive, positive), { minLength: 3 }), (pairs) => {
      const distinct = new Set(pairs.map(([x]) => x)).size;
      const logs = pairs.map(([x, y]) => [Math.log(x), Math.log(y)]);
      const found = powerLawExponent(
        pairs.map(([x]) => x),
        pairs.map(([, y]) => y),
      );
      const spread = Math.max(...logs.map(([x = 0]) => x)) - Math.min(...logs.map(([x = 0]) => x));
      // Where all x are nearly equal, both are rounding errors.
      if (distinct < 3 || spread < 0.01) return;
      const { m } = linearRegression(logs);
      assert.ok(found !== null && Math.abs(found - m) <= 1e-6 * Math.max(1, Math.abs(m)));
    }),
  );
});

test('there is none of two points, of zeros, and where x stands still', () => {
  assert.equal(powerLawExponent([1, 2], [1, 2]), null);
  assert.equal(powerLawExponent([1, 2, 3], [0, 1, 2]), null);
  assert.equal(powerLawExponent([0, 2, 3], [1, 1, 2]), null);
  assert.equal(powerLawExponent([5, 5, 5], [1, 1, 2]), null);
});
