import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize } from '../../src/measure/histogram.js';
import { statsOf } from '../../src/measure/series.js';
import { collectWarnings } from '../../src/measure/warnings.js';
import { ENVIRONMENT } from '../fixtures/result.js';
import { planOf } from '../support/plans.js';

/** A run of very many rounds must not fail at its end, when all has been measured. */

test('warnings of 200,000 rounds', () => {
  const stats = statsOf(Float64Array.of(1000));
  const rounds = Array.from({ length: 200_000 }, (_, i) => ({
    round: i + 1,
    register: stats,
    deregister: stats,
    vmReady: stats,
  }));
  const summary = summarize(new Float64Array(0), []);
  const warnings = collectWarnings({
    plan: planOf({ burst: 1, rounds: rounds.length }),
    environment: { ...ENVIRONMENT, cpus: 8 },
    timer: null,
    latency: { register: summary, deregister: summary, vmReady: summary },
    rounds,
    stolenShare: 0,
    lockWaiting: 'parks',
  });
  assert.deepEqual(warnings, []);
});
