import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyResult } from '../../src/model/real-result.js';
import { histogramTable } from '../../src/report/compare-histogram.js';
import { buildComparison } from '../fixtures/comparison.js';
import { buildResult } from '../fixtures/result.js';
import { imported, trace } from '../support/traces.js';

/** Shares of registrations by the rows of a trace. */

function tableOf(...results: AnyResult[]) {
  const runs = results.map((result, at) => ({ label: `run ${at}`, file: null, result }));
  return histogramTable({ ...buildComparison(), runs });
}

test('without a trace there is none', () => {
  assert.equal(tableOf(buildResult(), buildResult()), null);
});

test('rows are the powers of two that anybody needs, and every column adds up', () => {
  const table = tableOf(imported(trace('kvm-irqfd-fork.log')), buildResult({ scale: 10 }));
  assert.deepEqual(table?.head, ['register took', 'run 0', 'run 1']);
  assert.deepEqual(table?.rows[0]?.slice(0, 2), ['262 us to 524 us', '30.9 %']);
  for (const column of [1, 2]) {
    const sum = table?.rows.reduce(
      (total, row) => total + Number.parseFloat(row[column] || '0'),
      0,
    );
    assert.ok(Math.abs((sum ?? 0) - 100) < 0.5, String(sum));
  }
});

test('bounds that are no powers of two are kept, with what lies between them', () => {
  const linear = imported('@ns: \n[300000, 400000)  3 |@ |\n[500000, 600000)  1 |@ |\n');
  const table = tableOf(linear, buildResult());
  assert.deepEqual(
    table?.rows.map(([range, share]) => [range, share]),
    [
      ['0 ns to 300 us', ''],
      ['300 us to 400 us', '75.0 %'],
      ['400 us to 500 us', ''],
      ['500 us to 600 us', '25.0 %'],
      ['600 us and more', ''],
    ],
  );
});

test('a trace whose rows fit into no row of the first has no shares', () => {
  const linear = imported('@ns: \n[300000, 400000)  3 |@ |\n[500000, 600000)  1 |@ |\n');
  const table = tableOf(imported(trace('kvm-irqfd-fork.log')), linear);
  assert.ok(table?.rows.every((row) => row[2] === '-'));
});
