import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricsOf, sessionMedians, sessionOf } from '../../src/gate/sessions.js';
import { statsOf } from '../../src/measure/series.js';
import type { RunResult } from '../../src/model/run-result.js';

/** A round for each pair of registrations and of VMs' times to be ready. */
function roundsOf(...each: readonly (readonly [number[], number[]])[]): RunResult['rounds'] {
  return each.map(([register, vmReady], at) => ({
    round: at + 1,
    register: statsOf(Float64Array.from(register)),
    deregister: statsOf(new Float64Array(0)),
    vmReady: statsOf(Float64Array.from(vmReady)),
  }));
}

test('a round is a multiple of the yardstick of the same round, a session the median of its rounds', () => {
  const session = sessionOf({
    result: { rounds: roundsOf([[20, 30, 90], [100]], [[40, 40, 40], [400]], [[9, 27], [75]]) },
    yardstick: roundsOf([[10, 15, 15], [50]], [[20, 20, 20], [100]], [[9, 9], [25]]),
  });
  assert.deepEqual(session, {
    'register.min': [2, 2, 1],
    'register.p50': [2, 2, 2],
    'vmReady.p50': [2, 4, 3],
  });
  assert.deepEqual([...sessionMedians([session, session], 'vmReady.p50')], [3, 3]);
});

test('few digits are kept', () => {
  const session = sessionOf({
    result: { rounds: roundsOf([[1], [1]]) },
    yardstick: roundsOf([[3], [7]]),
  });
  assert.deepEqual(session['register.p50'], [0.333333]);
  assert.deepEqual(session['vmReady.p50'], [0.142857]);
});

test('rounds without a figure are left out, and metrics without a round', () => {
  const session = sessionOf({
    result: { rounds: roundsOf([[], []], [[2], []], [[0], []], [[6], []]) },
    yardstick: roundsOf([[1], [1]], [[1], [1]], [[1], [1]]),
  });
  assert.deepEqual(session, { 'register.min': [2], 'register.p50': [2] });
  assert.deepEqual(metricsOf([session, { 'register.p50': [1] }]), ['register.p50']);
  assert.deepEqual(sessionOf({ result: { rounds: [] }, yardstick: [] }), {});
});
