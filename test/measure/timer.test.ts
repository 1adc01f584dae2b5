import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrateTimer } from '../../src/measure/timer.js';

test('the timer’s cost and step are those of a clock that works', () => {
  const { source, overheadNs, resolutionNs } = calibrateTimer();
  assert.equal(source, 'performance.now');
  // A step is a whole number of nanoseconds that was seen; a reading is no millisecond.
  assert.ok(Number.isInteger(resolutionNs) && resolutionNs >= 1 && resolutionNs < 1e6);
  assert.ok(overheadNs >= 0 && overheadNs < 1e6);
});
