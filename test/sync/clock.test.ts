import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowNs } from '../../src/sync/clock.js';
import { spinFor } from '../../src/sync/spin.js';

test('the clock counts whole nanoseconds and never goes back', () => {
  let previousNs = nowNs();
  for (let i = 0; i < 200_000; i++) {
    const readNs = nowNs();
    assert.ok(Number.isSafeInteger(readNs));
    assert.ok(readNs >= previousNs, `${readNs} after ${previousNs}`);
    previousNs = readNs;
  }
});

test('the clock’s unit is the nanosecond', () => {
  const before = [nowNs(), process.hrtime.bigint()] as const;
  spinFor(20e6);
  const after = [nowNs(), process.hrtime.bigint()] as const;
  const ratio = (after[0] - before[0]) / Number(after[1] - before[1]);
  // Both clocks ran over the same time, give or take a preemption between two readings.
  assert.ok(ratio > 0.1 && ratio < 10, String(ratio));
});

test('spinning lasts at least as long as it was to', () => {
  for (const durationNs of [0, 1, 1000, 1e6]) {
    const begunNs = nowNs();
    spinFor(durationNs);
    assert.ok(nowNs() - begunNs >= durationNs);
  }
});
