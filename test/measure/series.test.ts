import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  fairness,
  pool,
  roundSeries,
  type SamplesByVm,
  statsOf,
  vmSeries,
} from '../../src/measure/series.js';
import fc from '../support/properties.js';

const of = (...values: number[]) => Float64Array.from(values);
const NONE = { count: 0, minNs: null, meanNs: null, medianNs: null, p95Ns: null, maxNs: null };

/** Two VMs, two irqfds, three rounds; the second VM was interrupted in its third. */
const SAMPLES: SamplesByVm = {
  register: [of(1, 3, 10, 30, 100, 300), of(5, 7, 50, 70, 500)],
  deregister: [of(2, 4, 20, 40, 200, 400), of(6, 8, 60, 80, 600)],
  vmReady: [of(5, 50, 500), of(15, 150)],
};
const PER_ROUND = { register: 2, deregister: 2, vmReady: 1 };

test('no sample has no statistics', () => {
  assert.deepEqual(statsOf(of()), NONE);
});

test('statistics of an odd and an even number of samples', () => {
  assert.deepEqual(statsOf(of(9, 1, 5)), {
    count: 3,
    minNs: 1,
    meanNs: 5,
    medianNs: 5,
    p95Ns: null,
    maxNs: 9,
  });
  assert.deepEqual(statsOf(of(9, 1, 5, 7)), {
    count: 4,
    minNs: 1,
    meanNs: 5.5,
    medianNs: 6,
    p95Ns: null,
    maxNs: 9,
  });
});

test('statistics sort by value, and leave the samples as they were', () => {
  const samples = of(100, 9, 20);
  assert.equal(statsOf(samples).medianNs, 20);
  assert.deepEqual(samples, of(100, 9, 20));
});

test('pooling keeps every sample', () => {
  assert.deepEqual(pool([of(1, 2), of(), of(3)]), of(1, 2, 3));
  assert.deepEqual(pool([]), of());
});

test('a round has the samples that all VMs took in it', () => {
  const rounds = roundSeries(SAMPLES, 3, PER_ROUND);
  assert.deepEqual(
    rounds.map(({ round, register }) => [round, register.count, register.meanNs]),
    [
      [1, 4, 4],
      [2, 4, 40],
      [3, 3, 300],
    ],
  );
  assert.deepEqual(
    rounds.map(({ deregister }) => deregister.medianNs),
    [5, 50, 400],
  );
  assert.deepEqual(
    rounds.map(({ vmReady }) => [vmReady.count, vmReady.maxNs]),
    [
      [2, 15],
      [2, 150],
      [1, 500],
    ],
  );
});

test('rounds that nobody came to are not there', () => {
  assert.equal(roundSeries(SAMPLES, 10, PER_ROUND).length, 3);
  const empty = { register: [of()], deregister: [of()], vmReady: [of()] };
  assert.deepEqual(roundSeries(empty, 10, PER_ROUND), []);
});

test('a VM has its own samples, and an absent one has none', () => {
  const samples: SamplesByVm = {
    register: [of(1, 3), of()],
    deregister: [of(2), of()],
    vmReady: [of(), of()],
  };
  assert.deepEqual(vmSeries(samples), [
    { vm: 0, register: statsOf(of(1, 3)), deregister: statsOf(of(2)), vmReady: NONE },
    { vm: 1, register: NONE, deregister: NONE, vmReady: NONE },
  ]);
});

/** VMs whose mean registration takes so long; null for one without samples. */
function vmsWith(...means: (number | null)[]) {
  return means.map((meanNs, vm) => ({
    vm,
    register: meanNs === null ? NONE : statsOf(of(meanNs)),
    deregister: NONE,
    vmReady: NONE,
  }));
}

test('fairness by hand', () => {
  assert.deepEqual(fairness(vmsWith(5, 5, 5, 5)), { jain: 1, slowestToFastest: 1 });
  // (1 + 2 + 3)² / (3 × (1 + 4 + 9))
  assert.deepEqual(fairness(vmsWith(1, 2, 3)), { jain: 36 / 42, slowestToFastest: 3 });
  assert.deepEqual(fairness(vmsWith(7)), { jain: 1, slowestToFastest: 1 });
  assert.deepEqual(fairness(vmsWith(2, null, 6)), { jain: 64 / 80, slowestToFastest: 3 });
});

test('fairness is unknown where nothing was measured, or nothing took time', () => {
  const unknown = { jain: null, slowestToFastest: null };
  assert.deepEqual(fairness([]), unknown);
  assert.deepEqual(fairness(vmsWith(null, null)), unknown);
  assert.deepEqual(fairness(vmsWith(0, 0)), unknown);
  assert.deepEqual(fairness(vmsWith(0, 4)), { jain: 0.5, slowestToFastest: null });
});

test('Jain’s index lies between 1/n and 1', () => {
  const means = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(means, (values) => {
      const { jain, slowestToFastest } = fairness(vmsWith(...values));
      assert.ok(jain !== null && slowestToFastest !== null);
      assert.ok(jain <= 1 + 1e-9 && jain >= 1 / values.length - 1e-9);
      assert.ok(slowestToFastest >= 1);
    }),
  );
});
