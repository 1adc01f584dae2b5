import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv } from '../../src/report/csv.js';
import { buildResult, PERCENTILES, PLAN } from '../fixtures/result.js';
import { csvRows, parseCsv } from '../support/csv.js';
import fc from '../support/properties.js';

const named = (name: string) => ({ plan: { burst: 2, strategy: { ...PLAN.strategy, name } } });

test('the header line names the columns', () => {
  const [header] = parseCsv(csv(buildResult(), [50, 99.9]));
  assert.equal(
    header?.join(' '),
    'strategy index lock backend vms burst irqfds rounds seed partial ' +
      'latency count min_ns mean_ns max_ns p50_ns p99.9_ns',
  );
});

test('each latency has a row with the figures of the result', () => {
  const result = buildResult();
  const rows = csvRows(csv(result, PERCENTILES));
  assert.deepEqual(
    rows.map((row) => row.latency),
    ['register', 'deregister', 'vmReady'],
  );
  const { register } = result.latency;
  assert.deepEqual(rows[0], {
    strategy: 'linux-6.2',
    index: 'list',
    lock: 'mutex',
    backend: 'threads',
    vms: '800',
    burst: '20',
    irqfds: '15',
    rounds: '10',
    seed: '1',
    partial: 'false',
    latency: 'register',
    count: '3000',
    min_ns: String(register.minNs),
    mean_ns: String(register.meanNs),
    max_ns: String(register.maxNs),
    p50_ns: String(register.percentiles['50']),
    p90_ns: String(register.percentiles['90']),
    p99_ns: String(register.percentiles['99']),
    'p99.9_ns': '',
  });
});

test('what is not known is an empty field', () => {
  const rows = csvRows(csv(buildResult({ measuredRounds: 0 }), [50]));
  assert.equal(rows.length, 3);
  for (const row of rows) {
    assert.equal(row.count, '0');
    assert.equal(row.partial, 'true');
    for (const name of ['min_ns', 'mean_ns', 'max_ns', 'p50_ns']) assert.equal(row[name], '');
  }
});

test('a field with a comma, a quote or a line end is quoted', () => {
  const text = csv(buildResult(named('my "fast", lock')), []);
  assert.match(text, /^"my ""fast"", lock",list,/m);
});

test('any name of a strategy is read back as it was', () => {
  const pieces = fc.constantFrom('"', ',', '\r', '\n', ' ', 'a', 'µ');
  fc.assert(
    fc.property(fc.string({ unit: pieces, maxLength: 12 }), (name) => {
      for (const row of csvRows(csv(buildResult(named(name)), []))) {
        assert.equal(row.strategy, name);
      }
    }),
    { numRuns: 30 },
  );
});
