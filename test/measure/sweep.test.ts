import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seriesOf, summarizeSweep } from '../../src/measure/sweep.js';
import { METRIC } from '../../src/model/run-metric.js';
import { buildSweep } from '../fixtures/sweep.js';
import { refused } from '../plan/refused.js';

test('figures are median, minimum and maximum over the seeds', () => {
  const { points } = buildSweep({ seeds: 3, metrics: ['register.min', 'lock.acquisitions'] });
  for (const { runs, figures } of points) {
    const mins = runs.map(({ latency }) => latency.register.minNs as number);
    assert.deepEqual(figures['register.min'], { median: mins[1], min: mins[0], max: mins[2] });
    const [first] = runs;
    const same = first?.lock.acquisitions;
    assert.deepEqual(figures['lock.acquisitions'], { median: same, min: same, max: same });
  }
});

test('the exponent of growth is 1 where latencies follow the axis, 0 where they do not', () => {
  const { growth } = buildSweep({ metrics: ['register.mean'] });
  assert.deepEqual(
    growth.map(({ metric, along, at }) => [metric, along, at.strategy]),
    [
      ['register.mean', 'vms', 'linux-6.2'],
      ['register.mean', 'vms', 'linux-6.17'],
    ],
  );
  const [list, xarray] = growth.map(({ exponent }) => exponent as number);
  assert.ok(Math.abs((list as number) - 1) < 1e-3, `${list}`);
  assert.ok(Math.abs(xarray as number) < 1e-9, `${xarray}`);
});

test('series run along the first axis of numbers', () => {
  const series = seriesOf(buildSweep());
  assert.deepEqual(
    series.map(({ at, points }) => [at, points.map(({ values }) => values[0])]),
    [
      [{ strategy: 'linux-6.2' }, ['100', '200', '400', '800']],
      [{ strategy: 'linux-6.17' }, ['100', '200', '400', '800']],
    ],
  );
});

test('a run that failed is in no figure, and its point is named', () => {
  const sweep = buildSweep({ seeds: 2 });
  const [first, second] = sweep.points;
  assert.ok(first && second);
  first.failure = 'burst VM 1 died';
  for (const run of first.runs) run.failure = 'burst VM 1 died';
  const failed = summarizeSweep(sweep);
  assert.equal(failed.points[0]?.figures['register.p50'], null);
  assert.equal(
    failed.failure,
    '1 of 8 points failed, at vms=100 strategy=linux-6.2: burst VM 1 died',
  );
  second.failure = 'out of memory';
  assert.match(summarizeSweep(sweep).failure ?? '', /^2 of 8 points failed, first at vms=100 /);
});

test('a sweep is partial where points of its share are missing', () => {
  assert.equal(buildSweep().partial, false);
  assert.equal(buildSweep({ indexes: [1, 2] }).partial, true);
  const shard = { shard: 2, of: 4 };
  assert.equal(buildSweep({ indexes: [2, 6], replace: { shard } }).partial, false);
  assert.equal(buildSweep({ indexes: [6], replace: { shard } }).partial, true);
});

test('other metrics are taken from what was saved', () => {
  const sweep = buildSweep();
  const other = summarizeSweep({ ...sweep, metrics: ['vmReady.max', 'register.p75'] });
  for (const [at, { figures, runs }] of other.points.entries()) {
    assert.deepEqual(Object.keys(figures), ['vmReady.max', 'register.p75']);
    assert.equal(figures['vmReady.max']?.median, sweep.points[at]?.runs[0]?.latency.vmReady.maxNs);
    assert.deepEqual(Object.keys(runs[0]?.latency.register.percentiles ?? {}), ['75']);
  }
  assert.deepEqual(summarizeSweep({ ...other, metrics: sweep.metrics }), sweep);
});

test('too few samples are null, and so is a histogram’s damage a fault of the input', () => {
  const sweep = buildSweep({ metrics: ['register.p99.9'] });
  assert.equal(sweep.points[0]?.figures['register.p99.9'], null);
  assert.equal(sweep.growth[0]?.exponent, null);
  const run = sweep.points[1]?.runs[0];
  assert.ok(run);
  run.latency.vmReady.hdr = 'AAAA';
  assert.match(
    refused(() => summarizeSweep(sweep)),
    /^points\.1\.runs\.0\.latency\.vmReady\.hdr: not an HDR histogram/,
  );
});

test('metrics have one spelling', () => {
  for (const metric of ['register.p1', 'vmReady.p0.5', 'register.p99.99']) {
    assert.match(metric, METRIC);
  }
  for (const name of ['', 'register', 'register.p', 'register.p0', 'register.p100', 'vm.p50']) {
    assert.doesNotMatch(name, METRIC);
  }
  for (const name of [
    'register.p050',
    'register.p50.0',
    'register.p.5',
    'lock.wait',
    'xregister.p50',
  ]) {
    assert.doesNotMatch(name, METRIC);
  }
});
