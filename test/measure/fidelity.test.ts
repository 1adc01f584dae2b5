import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../src/measure/fidelity.js';
import type { Reference, RunFigure, Tolerance } from '../../src/model/reference.js';

function referenceOf(tolerances: readonly Tolerance[], published: number) {
  const figures = tolerances.map(
    (tolerance, at): RunFigure => ({ name: `f${at}`, of: 'register.meanNs', published, tolerance }),
  );
  const scenario = { kind: 'run', options: {}, unpublished: {}, figures } as const;
  const fitted = [{ parameter: 'host.walk', to: ['f1'] }];
  return { scenario, fitted } as unknown as Pick<Reference, 'scenario' | 'fitted'>;
}

test('the median of the runs is judged, each figure by its own tolerance', () => {
  const reference = referenceOf(
    [{ within: 0.25 }, { factor: 2 }, { from: 0, to: 90 }, { points: 12 }],
    100,
  );
  const figures = judge(reference, [
    [125, 200, 91, 100.1],
    [1, 201, 90, 100.119],
    [900, 199, 10, 100.2],
  ]);
  assert.deepEqual(
    figures.map(({ median, lowest, highest, isWithin }) => [median, lowest, highest, isWithin]),
    [
      [125, 1, 900, true],
      [200, 199, 201, true],
      [90, 10, 91, true],
      [100.119, 100.1, 100.2, true],
    ],
  );
  assert.equal(figures[0]?.ratio, 1.25);
  const beyond = judge(reference, [[126, 201, 91, 100.13]]);
  assert.deepEqual(
    beyond.map(({ isWithin }) => isWithin),
    [false, false, false, false],
  );
});

test('a figure that was fitted is marked, but not where the parameter was changed since', () => {
  const reference = referenceOf([{ within: 1 }, { within: 1 }], 1);
  const marks = (isFit: boolean) =>
    judge(reference, [[1, 1]], isFit).map(({ fittedBy }) => fittedBy);
  assert.deepEqual(marks(true), [[], ['host.walk']]);
  assert.deepEqual(marks(false), [[], []]);
});

test('without runs there is no verdict', () => {
  const [figure] = judge(referenceOf([{ within: 1 }], 1), []);
  assert.deepEqual([figure?.median, figure?.ratio, figure?.isWithin], [null, null, null]);
});
