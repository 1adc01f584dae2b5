import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricOf, readMetric, withMetrics } from '../../src/measure/run-metric.js';
import { fixedMetrics, kindOf, METRIC } from '../../src/model/run-metric.js';
import type { RunResult } from '../../src/model/run-result.js';
import { summaryOf } from '../../src/model/sweep-result.js';
import { buildResult } from '../fixtures/result.js';
import { refused } from '../plan/refused.js';
import { imported, trace } from '../support/traces.js';

const result = buildResult();
const entryLock = { ...result.lock, waitMeanNs: 7 };
const whole: RunResult = {
  ...result,
  entryLock,
  connectCost: { askedNs: 5, paid: 1, achievedMeanNs: 6 },
  work: { ...result.work, errors: { EBUSY: 2, ENOMEM: 3 } },
};

test('every metric has a kind, and is read from a whole run', () => {
  for (const metric of [...fixedMetrics, 'register.p90', 'deregister.max', 'vmReady.count']) {
    assert.match(metric, METRIC);
    assert.ok(['ns', 'count', 'ratio'].includes(kindOf(metric).unit), metric);
    assert.equal(typeof readMetric(whole, metric).value, 'number', metric);
  }
  assert.equal(readMetric(whole, 'work.errors').value, 5);
  assert.equal(readMetric(whole, 'entryLock.waitMean').value, 7);
});

test('what a sweep keeps of a run says the same as the run', () => {
  const metrics = [...fixedMetrics, 'register.p75', 'deregister.min', 'vmReady.mean'];
  const kept = withMetrics(summaryOf(whole), metrics, 'run');
  for (const metric of metrics) {
    assert.equal(metricOf(kept, metric), readMetric(whole, metric).value, metric);
  }
});

test('a percentile is read whichever were saved, and not where the samples cannot tell', () => {
  const { value } = readMetric(result, 'register.p12.5');
  assert.ok(value !== null && value > 0);
  assert.deepEqual(readMetric(result, 'register.p99.99'), {
    value: null,
    range: null,
    reason: 'p99.99 needs 50,000 samples, there are 3,000',
  });
});

test('a mean of nothing has a reason and no figure', () => {
  const empty = buildResult({ measuredRounds: 0 });
  for (const name of ['register', 'deregister', 'vmReady']) {
    for (const figure of ['min', 'mean', 'max', 'p50']) {
      assert.equal(readMetric(empty, `${name}.${figure}`).reason, 'there is no sample');
    }
    assert.equal(readMetric(empty, `${name}.count`).value, 0);
  }
  assert.match(readMetric(empty, 'lock.waitMean').reason ?? '', /^nobody waited/);
  assert.equal(readMetric(empty, 'fairness.jain').reason, 'no VM has a sample');
  assert.match(
    readMetric(result, 'entryLock.parks').reason ?? '',
    /^there are no locks of entries/,
  );
  assert.match(readMetric(result, 'deassign.p50').reason ?? '', /no phase deassign/);
});

test('an imported histogram tells ranges, and nothing of what only a run knows', () => {
  const traced = imported(trace('funclatency-usecs.log'));
  for (const figure of ['min', 'max', 'p50']) {
    const { value, range, reason } = readMetric(traced, `register.${figure}`);
    assert.equal(value, null);
    assert.ok(range && range.highNs !== null && range.lowNs < range.highNs, figure);
    assert.match(reason ?? '', /range/);
  }
  for (const metric of fixedMetrics) {
    const { value, range, reason } = readMetric(traced, metric);
    assert.deepEqual([value, range], [null, null], metric);
    assert.ok(reason && reason.length > 5, metric);
  }
});

test('a damaged histogram is named', () => {
  const damaged = structuredClone(result);
  damaged.latency.deregister.hdr = 'AAAA';
  assert.match(
    refused(() => readMetric(damaged, 'deregister.p50')),
    /^latency\.deregister\.hdr: not an HDR histogram .*measure again$/,
  );
});
