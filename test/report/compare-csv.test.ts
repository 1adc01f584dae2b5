import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareCsv } from '../../src/report/compare-csv.js';
import { csv } from '../../src/report/csv.js';
import { buildComparison, RUNS, strategyRun } from '../fixtures/comparison.js';
import { PERCENTILES } from '../fixtures/result.js';
import { csvRows, parseCsv } from '../support/csv.js';

const ROUND_P50 = [
  'round_p50_ns',
  'round_p50_ratio',
  'round_p50_ratio_low',
  'round_p50_ratio_high',
  'round_p50_p',
  'round_p50_p_adjusted',
  'round_p50_verdict',
];

test("the columns are those of a run, then the label's, then the comparison's", () => {
  const result = buildComparison({ metrics: ['register.p50', 'vmReady.p50'] });
  const [header] = parseCsv(compareCsv(result, [50]));
  const run = RUNS[0]?.result;
  assert.ok(run);
  const [plain = []] = parseCsv(csv(run, [50]));
  const at = plain.indexOf('latency');
  assert.deepEqual(header, [
    ...plain.slice(0, at),
    'label',
    'reference',
    ...plain.slice(at),
    ...ROUND_P50,
  ]);
});

test('each strategy has a row a latency, with the figures of its run', () => {
  const rows = csvRows(compareCsv(buildComparison(), PERCENTILES));
  assert.deepEqual(
    rows.map(({ label, latency }) => [label, latency]),
    ['linux-6.2', 'linux-6.17'].flatMap((label) =>
      ['register', 'deregister', 'vmReady'].map((latency) => [label, latency]),
    ),
  );
  for (const [at, row] of rows.entries()) {
    const run = RUNS[Math.floor(at / 3)];
    assert.ok(run);
    const own = csvRows(csv(run.result, PERCENTILES))[at % 3];
    assert.ok(own);
    for (const [name, value] of Object.entries(own)) assert.equal(row[name], value, name);
    assert.equal(row.reference, 'linux-6.2');
  }
});

test('what was compared stands in the row of its strategy and latency', () => {
  const result = buildComparison({ metrics: ['register.p50', 'vmReady.max'] });
  const rows = csvRows(compareCsv(result, []));
  const of = (label: string, latency: string) =>
    rows.find((row) => row.label === label && row.latency === latency) ?? {};
  const [registration, ready] = result.comparisons;
  assert.ok(registration?.ratio && ready?.ratio);
  assert.deepEqual(
    ROUND_P50.map((name) => of('linux-6.17', 'register')[name]),
    [
      registration.ns,
      registration.ratio.value,
      registration.ratio.low,
      registration.ratio.high,
      registration.p,
      registration.pAdjusted,
      'faster',
    ].map(String),
  );
  assert.equal(of('linux-6.17', 'vmReady').round_max_ratio, String(ready.ratio.value));
  assert.equal(of('linux-6.17', 'register').round_max_ratio, '');
  assert.equal(of('linux-6.17', 'deregister').round_p50_ns, '');
  assert.equal(of('linux-6.2', 'register').round_p50_ns, String(registration.referenceNs));
  assert.equal(of('linux-6.2', 'register').round_p50_verdict, '');
});

test('what is not known is an empty field, and labels are read back as they were', () => {
  const label = 'my "fast",\nlock';
  const runs = [...RUNS, strategyRun(label, { measuredRounds: 0 })];
  const rows = csvRows(compareCsv(buildComparison({ runs }), [50]));
  const row = rows.find((candidate) => candidate.label === label);
  assert.ok(row);
  assert.deepEqual(
    [row.p50_ns, row.round_p50_ns, row.round_p50_ratio, row.round_p50_p],
    ['', '', '', ''],
  );
  assert.deepEqual([row.round_p50_verdict, row.partial], ['cannot tell', 'true']);
});
