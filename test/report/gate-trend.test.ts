import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMetric } from '../../src/measure/run-metric.js';
import { renderGate } from '../../src/report/render.js';
import { buildCheck, buildGate, SLOWER } from '../fixtures/gate.js';
import { buildResult } from '../fixtures/result.js';

interface Entry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra?: string;
}

function entries(gate = buildGate()): Entry[] {
  return JSON.parse(renderGate(gate, 'github-action-benchmark', false));
}

function metrics(gate = buildGate()): Record<string, Record<string, Record<string, number>>> {
  return JSON.parse(renderGate(gate, 'bencher', false));
}

test('customSmallerIsBetter: an array of entries that have name, unit and value', () => {
  const all = entries();
  assert.ok(all.length >= 10);
  for (const entry of all) {
    assert.deepEqual(
      [typeof entry.name, typeof entry.unit, typeof entry.value],
      ['string', 'string', 'number'],
    );
    for (const key of Object.keys(entry)) {
      assert.ok(['name', 'unit', 'value', 'range', 'extra'].includes(key), key);
    }
  }
  const names = all.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

test('Bencher Metric Format: by benchmark, by measure, a value and perhaps its bounds', () => {
  const all = Object.entries(metrics());
  assert.ok(all.length >= 10);
  for (const [benchmark, measures] of all) {
    assert.ok(benchmark.length > 0 && benchmark.length <= 1024);
    for (const [measure, { value, ...bounds }] of Object.entries(measures)) {
      assert.match(measure, /^[A-Za-z-]+$/);
      assert.equal(typeof value, 'number');
      for (const [name, bound] of Object.entries(bounds)) {
        assert.match(name, /^(lower|upper)_value$/);
        assert.equal(typeof bound, 'number');
      }
    }
  }
});

test('the figures are those of the runs, in their own units', () => {
  const gate = buildGate();
  const [first, second] = gate.runs;
  assert.ok(first && second);
  const p99 = readMetric(second.result, 'register.p99').value;
  const found = entries(gate).find(({ name }) => name === 'outside: register.p99');
  assert.deepEqual(found, { name: 'outside: register.p99', unit: 'ns', value: p99 });
  assert.deepEqual(metrics(gate)['outside: register.p99'], { latency: { value: p99 } });
  assert.deepEqual(metrics(gate)['linux-6.2: work.nodesVisited'], { count: { value: 36e6 } });
});

test('a ratio to the yardstick has its interval', () => {
  const name = 'linux-6.2: register.p99 to the yardstick';
  const found = entries().find((entry) => entry.name === name);
  assert.deepEqual(found, {
    name,
    unit: 'ratio',
    value: 3,
    range: '2.8 to 3.25',
    extra: `regressed: ${SLOWER.reason}`,
  });
  assert.deepEqual(metrics()[name], {
    ratio: { value: 3, lower_value: 2.8, upper_value: 3.25 },
  });
});

test('only figures of which less is better are said to be such', () => {
  const held = ['fairness.jain', 'work.registrations', 'work.connectFailures'].map((metric) =>
    buildCheck({ metric }),
  );
  const gate = buildGate({ checks: held });
  const names = entries(gate).map(({ name }) => name);
  assert.ok(names.includes('linux-6.2: work.connectFailures'));
  assert.ok(!names.some((name) => /jain|registrations/.test(name)));
  const measures = metrics(gate);
  assert.ok(measures['linux-6.2: fairness.jain']?.['fairness-jain']);
  assert.equal(measures['linux-6.2: work.registrations'], undefined);
});

test('of a run that was cut short there are no figures', () => {
  const runs = [
    { label: 'cut', file: null, result: buildResult({ measuredRounds: 2 }) },
    { label: 'failed', file: null, result: buildResult({ replace: { failure: 'VM 3 died' } }) },
  ];
  assert.deepEqual(entries(buildGate({ runs })), []);
  assert.deepEqual(metrics(buildGate({ runs })), {});
});
