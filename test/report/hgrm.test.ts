import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hgrm } from '../../src/report/hgrm.js';
import { buildResult } from '../fixtures/result.js';

const HEAD = /^ +Value +Percentile +TotalCount +1\/\(1-Percentile\)$/;
const ROW = /^ *(\d+\.\d+) (\d\.\d+) +(\d+)(?: +\d+\.\d+)?$/;
const FOOT = /^#\[\w+ +=.*\]$/;

/** What a plotter takes from the file: value, quantile and count of every row. */
function plotted(text: string): number[][] {
  const lines = text.split('\n');
  assert.match(lines[0] ?? '', HEAD);
  assert.equal(lines[1], '');
  assert.equal(lines.at(-1), '');
  const body = lines.slice(2, -1);
  const rows = body.filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of body.slice(rows.length)) if (line !== '') assert.match(line, FOOT);
  return rows.map((line) => {
    const match = ROW.exec(line);
    assert.ok(match, `no row of a distribution: ${line}`);
    return match.slice(1, 4).map(Number);
  });
}

test('the file is a percentile distribution and nothing else', () => {
  const { register } = buildResult().latency;
  const rows = plotted(hgrm(register));
  assert.ok(rows.length > 10);
  const [, quantile, count] = rows.at(-1) ?? [];
  assert.equal(quantile, 1);
  assert.equal(count, register.count);
  for (const column of [0, 1, 2]) {
    const values = rows.map((row) => row[column] ?? NaN);
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
    );
  }
});

test('without samples it is an empty distribution', () => {
  const text = hgrm(buildResult({ measuredRounds: 0 }).latency.register);
  assert.deepEqual(plotted(text), []);
  assert.match(text, /Total count += {2,}0\]$/m);
});
