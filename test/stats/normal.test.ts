import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oracle from 'simple-statistics';
import { upperTail } from '../../src/stats/normal.js';

/** M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions" (1964), tables 26.1 and 26.2. */
const TABLE: [z: number, tail: number][] = [
  [0, 0.5],
  [1, 0.15865525393],
  [2, 0.02275013195],
  [3, 1.349898032e-3],
  [4, 3.167124183e-5],
  [5, 2.866515719e-7],
  [8, 6.220960574e-16],
  [10, 7.619853024e-24],
];

test('the tail is that of the tables, however far out', () => {
  for (const [z, tail] of TABLE) {
    const relativeError = Math.abs(upperTail(z) / tail - 1);
    assert.ok(relativeError < 1e-9, `z ${z}: ${upperTail(z)}`);
  }
});

test('the oracle agrees to the digits that its table has', () => {
  for (let z = 0; z < 3; z += 0.01) {
    assert.ok(Math.abs(upperTail(z) - (1 - oracle.cumulativeStdNormalProbability(z))) < 1e-4);
  }
});

test('the tail falls, also where one formula follows the other', () => {
  let before = 0.5 + 1e-9;
  for (let z = 0; z < 30; z += 0.001) {
    assert.ok(upperTail(z) < before, `z ${z}`);
    before = upperTail(z);
  }
});
