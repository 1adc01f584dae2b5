import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oracle from 'simple-statistics';
import { exactP, mannWhitney, normalP, rank, smallestP } from '../../src/stats/rank-test.js';
import fc from '../support/properties.js';
import { latencies, sample, shareOf, tiedSample } from './draws.js';

const of = (...values: number[]) => Float64Array.from(values);

function closeTo(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not about ${expected}`);
}

/**
 * M. Hollander, D. A. Wolfe, "Nonparametric Statistical Methods" (1973), p. 69: permeability of
 * the human chorioamnion; the example of R's `wilcox.test`, which says W = 35, p = 0.1272 of one
 * side.
 */
const AT_TERM = of(0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46);
const EARLY = of(1.15, 0.88, 0.9, 0.74, 1.21);

/** The example of scipy.stats.mannwhitneyu: ages at diagnosis of diabetes. */
const MALES = of(19, 22, 16, 29, 24);
const FEMALES = of(20, 11, 17, 12);

test('known answers from the literature', () => {
  const permeability = mannWhitney(AT_TERM, EARLY);
  assert.equal(permeability.u, 35);
  closeTo(permeability.p, 2 * 0.1272, 1e-4);
  const ages = mannWhitney(MALES, FEMALES);
  assert.deepEqual([ages.u, ages.isExact], [17, true]);
  closeTo(ages.p, 1 / 9, 1e-12);
  closeTo(normalP(rank(MALES, FEMALES)), 0.11134688653314041, 1e-9);
});

test("Mann's and Whitney's own table: probabilities of u or less", () => {
  // Table I of the paper of 1947, the columns n = m = 3 and n = m = 4.
  for (const [size, tails] of [
    [3, [0.05, 0.1, 0.2, 0.35, 0.5]],
    [4, [0.014, 0.029, 0.057, 0.1, 0.171, 0.243, 0.343, 0.443]],
  ] as const) {
    for (const [u, tail] of tails.entries()) {
      const { u: found, p } = withU(size, u);
      assert.equal(found, u);
      closeTo(p, Math.min(1, 2 * tail), 1.01e-3);
    }
  }
});

/** Two samples of one size without ties of which the first lies above the second u times. */
function withU(size: number, u: number) {
  const second = Array.from({ length: size }, (_, i) => 10 * (i + 1));
  const first = Array.from({ length: size }, (_, i) => {
    const above = Math.min(size, Math.max(0, u - i * size));
    return 10 * above + 5 + i / 100;
  });
  return mannWhitney(of(...first), of(...second));
}

/** Every way to deal the values out, and how many are at most as high, or at least as high. */
function enumerated(a: Float64Array, b: Float64Array): number {
  const values = [...a, ...b];
  const rankSum = (of: readonly number[]) =>
    of.reduce(
      (sum, value) =>
        sum +
        values.filter((other) => other < value).length +
        (values.filter((other) => other === value).length + 1) / 2,
      0,
    );
  const observed = rankSum([...a]);
  let all = 0;
  let below = 0;
  let above = 0;
  for (let set = 0; set < 2 ** values.length; set++) {
    const dealt = values.filter((_, i) => (set >> i) & 1);
    if (dealt.length !== a.length) continue;
    all++;
    if (rankSum(dealt) <= observed) below++;
    if (rankSum(dealt) >= observed) above++;
  }
  return Math.min(1, (2 * Math.min(below, above)) / all);
}

test('the exact distribution is that of every way to deal the values out, ties and all', () => {
  fc.assert(
    fc.property(tiedSample(5), tiedSample(5), (a, b) => {
      closeTo(mannWhitney(a, b).p, enumerated(a, b), 1e-12);
    }),
    { numRuns: 60 },
  );
});

test('u is what the rank sum of the oracle gives', () => {
  fc.assert(
    fc.property(sample(1, 12), sample(1, 12), (a, b) => {
      const rankSum = oracle.wilcoxonRankSum([...a], [...b]);
      assert.equal(mannWhitney(a, b).u, rankSum - (a.length * (a.length + 1)) / 2);
    }),
  );
});

test('samples swapped have the same p to the last bit, and the other u', () => {
  const any = fc.oneof(sample(1, 30), tiedSample(40));
  fc.assert(
    fc.property(any, any, (a, b) => {
      const one = mannWhitney(a, b);
      const other = mannWhitney(b, a);
      assert.equal(one.p, other.p);
      assert.equal(one.u + other.u, a.length * b.length);
      assert.ok(one.p > 0 && one.p <= 1);
      assert.ok(one.p >= smallestP(a.length, b.length) * (1 - 1e-12));
    }),
  );
});

test('only the ranks count', () => {
  fc.assert(
    fc.property(sample(1, 10), sample(1, 10), (a, b) => {
      const grown = (values: Float64Array) => values.map((value) => 3 * value + 7);
      assert.deepEqual(mannWhitney(grown(a), grown(b)), mannWhitney(a, b));
    }),
  );
});

test('exact up to 25 and 25, and the approximation meets it there', () => {
  const draw = latencies(1);
  for (let trial = 0; trial < 20; trial++) {
    const a = draw(25, 1000);
    const b = draw(25, 1000 + 20 * trial);
    assert.equal(mannWhitney(a, b).isExact, true);
    const ranking = rank(a, b);
    closeTo(normalP(ranking), exactP(ranking), 0.01);
  }
  assert.equal(mannWhitney(draw(26, 1000), draw(25, 1000)).isExact, false);
  assert.equal(mannWhitney(draw(1, 1000), draw(500, 1000)).isExact, true);
});

test('the smallest p is that of samples that do not overlap', () => {
  for (const [n, m] of [
    [1, 1],
    [3, 3],
    [5, 5],
    [2, 9],
    [10, 10],
    [25, 25],
  ] as const) {
    const low = Float64Array.from({ length: n }, (_, i) => i);
    const high = Float64Array.from({ length: m }, (_, i) => 100 + i);
    closeTo(mannWhitney(low, high).p / smallestP(n, m), 1, 1e-9);
  }
  closeTo(smallestP(5, 5), 2 / 252, 1e-15);
});

test('samples that are all the same tell nothing, of whatever size', () => {
  const same = (count: number) => new Float64Array(count).fill(7);
  assert.equal(mannWhitney(same(4), same(3)).p, 1);
  assert.equal(mannWhitney(same(100), same(80)).p, 1);
});

test('ties in one large sample give no p below what its size can', () => {
  const a = of(...Array.from({ length: 2 }, () => 9));
  const b = new Float64Array(2000).fill(3);
  const { p, isExact } = mannWhitney(a, b);
  assert.equal(isExact, false);
  assert.ok(p >= smallestP(2, 2000));
});

test('an empty sample is refused', () => {
  assert.throws(() => mannWhitney(of(), of(1)), RangeError);
  assert.throws(() => mannWhitney(of(1), of()), RangeError);
});

test('of samples of one distribution as many are called different as the level allows', () => {
  const draw = latencies(2);
  for (const rounds of [10, 40]) {
    const share = shareOf(1000, () => mannWhitney(draw(rounds, 1e6), draw(rounds, 1e6)).p < 0.05);
    // Three standard deviations of 1,000 trials about the level, below it for the steps of exact p.
    assert.ok(share < 0.05 + 0.021 && share > 0.02, `${rounds} rounds: ${share}`);
  }
});

test('a shift of one and a half standard deviations is found by ten rounds more often than not', () => {
  const draw = latencies(3);
  const power = shareOf(500, () => mannWhitney(draw(10, 1e6), draw(10, 1.35e6)).p < 0.05);
  assert.ok(power > 0.8, String(power));
});
