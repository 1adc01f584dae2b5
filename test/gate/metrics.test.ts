import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deterministicMetrics } from '../../src/backends/collect.js';
import { findMetric, metricOf } from '../../src/gate/metrics.js';
import { PLAN } from '../fixtures/result.js';
import { refused } from '../plan/refused.js';

test('a metric has one path, whatever its spelling', () => {
  for (const [text, path] of [
    ['register.p99.9', 'register.p99.9'],
    ['register.p(99.9)', 'register.p99.9'],
    ['register.p(99.90)', 'register.p99.9'],
    ['register.p(50)', 'register.p50'],
    ['latency.register.minNs', 'register.min'],
    ['lock.waitTotalNs', 'lock.waitTotal'],
  ] as const) {
    assert.equal(metricOf(text).path, path);
  }
});

test('unit and direction', () => {
  assert.deepEqual(metricOf('vmReady.max'), {
    path: 'vmReady.max',
    unit: 'ns',
    better: 'smaller',
  });
  assert.deepEqual(metricOf('fairness.jain'), {
    path: 'fairness.jain',
    unit: 'ratio',
    better: 'larger',
  });
  assert.deepEqual(metricOf('register.count'), {
    path: 'register.count',
    unit: 'count',
    better: 'neither',
  });
});

test('whatever a result says is deterministic is a metric', () => {
  const plan = { ...PLAN, phases: ['queue', 'destroy'] as const };
  for (const path of deterministicMetrics({ ...plan, phases: [...plan.phases] })) {
    assert.ok(findMetric(path), path);
  }
});

const UNKNOWN: [string, RegExp][] = [
  ['registr.p99', /^"registr\.p99" is no metric \(did you mean register\.p99\?\)/],
  ['registr.p98.7', /did you mean register\.p98\.7\?/],
  ['lock.waitMeen', /did you mean lock\.waitMean\?/],
  ['work.nodes', /did you mean work\.nodesVisited\?/],
  ['register.p100', /percentiles are above 0 and below 100, and register\.max is the largest/],
  ['register.p(0)', /percentiles are above 0/],
  ['xyz', /^"xyz" is no metric; see irqbench list metrics$/],
  ['', /^"" is no metric/],
  ['__proto__.p99', /is no metric/],
  ['constructor.p99', /is no metric/],
  ['lock.__proto__', /is no metric/],
  ['toString', /is no metric/],
  ['register.p(1e5)', /is no metric/],
  ['a'.repeat(1e5), /is no metric/],
];
for (const [text, message] of UNKNOWN) {
  test(`${text.slice(0, 20)} is refused`, () => {
    assert.equal(findMetric(text), null);
    assert.match(
      refused(() => metricOf(text)),
      message,
    );
  });
}
