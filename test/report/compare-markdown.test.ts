import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompareResult } from '../../src/model/compare-result.js';
import { renderCompare } from '../../src/report/render.js';
import { buildComparison, RUNS, strategyRun } from '../fixtures/comparison.js';
import { PERCENTILES } from '../fixtures/result.js';
import { tables, tableUnder } from '../support/markdown-tables.js';

const markdown = (result: CompareResult, perVm = false) =>
  renderCompare(result, 'markdown', { percentiles: PERCENTILES, perVm, color: false });

const LOADED = buildComparison({
  runs: [
    ...RUNS,
    strategyRun('my | `lock`', {
      measuredRounds: 2,
      replace: {
        failure: 'VM 3 <died> | and\nthat was that',
        audit: { damage: 1, findings: ['list | broken at `9`'] },
        warnings: [{ code: 'noisy', message: 'noise | of 5 %', remedy: 'stop [the] rest' }],
      },
    }),
  ],
});

test('all rows of a table have as many cells as its head', () => {
  for (const result of [buildComparison(), buildComparison({ runs: RUNS.slice(0, 1) }), LOADED]) {
    const found = tables(markdown(result));
    assert.ok(found.length >= 3);
    for (const table of found) {
      const [head = [], rule = [], ...rows] = table;
      assert.ok(rule.every((cell) => /^:?--:?$/.test(cell)));
      assert.ok(rows.length > 0);
      for (const row of [rule, ...rows]) assert.equal(row.length, head.length);
    }
  }
});

test('the tables hold what the text report says', () => {
  const result = buildComparison();
  const document = markdown(result);
  const text = renderCompare(result, 'text', {
    percentiles: PERCENTILES,
    perVm: false,
    color: false,
  });
  const [, , latencies, work] = tables(document);
  for (const row of [...(latencies?.slice(2) ?? []), ...(work?.slice(2) ?? [])]) {
    assert.ok(text.split('\n').some((line) => line.split(/ {2,}/).join('|') === row.join('|')));
  }
  for (const row of tableUnder(document, 'metric').slice(2)) {
    const shown = row.slice(0, -1).join('|');
    assert.ok(
      text.split('\n').some((line) => line.split(/ {2,}/).join('|') === shown),
      shown,
    );
  }
});

test('every comparison says why', () => {
  const result = buildComparison();
  const [head, , ...rows] = tableUnder(markdown(result), 'metric');
  assert.equal(head?.at(-1), 'because');
  assert.deepEqual(
    rows.map((row) => row.at(-1)),
    result.comparisons.map(({ reason }) => reason),
  );
});

test('the bars stand in a code fence', () => {
  assert.match(
    markdown(buildComparison()),
    /```text\nregister\.p50, median over the rounds\nlinux-6\.2 +\d+ us +\|\*{40}\|\n/,
  );
});

test('labels, failures, findings and warnings cannot break the page', () => {
  const document = markdown(LOADED);
  assert.match(
    document,
    /^\*\*PARTIAL\*\*: my \\\| \\`lock\\`: the run failed: VM 3 &lt;died> \\\| and that was that \(/m,
  );
  assert.deepEqual(tableUnder(document, 'finding').slice(2), [
    ['my | `lock`: DAMAGE (1)'],
    ['my | `lock`: list | broken at `9`'],
  ]);
  assert.deepEqual(tableUnder(document, 'warning')[2], [
    'my | `lock`: noise | of 5 %',
    'stop [the] rest',
  ]);
  assert.doesNotMatch(markdown(buildComparison()), /PARTIAL|### Warnings|### Audit/);
});

test("the reproducer's lines are fenced, on request", () => {
  const document = markdown(buildComparison(), true);
  assert.match(
    document,
    /### Register latency by VM of linux-6\.17, in ns\n\n```text\nidx 0 min \d+ max \d+ avg \d+\n/,
  );
});
