import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canTell, samplesNeeded } from '../../src/measure/histogram.js';

/** Where binary fractions of percentiles are a hair off, one sample too many was asked for. */

test('what is needed for any percentile of three decimals is enough, and no more', () => {
  for (let thousandths = 0; thousandths < 100_000; thousandths++) {
    const percentile = thousandths / 1000;
    const needed = samplesNeeded(percentile);
    assert.equal(canTell(needed, percentile), true, `p${percentile} of ${needed}`);
    assert.equal(canTell(needed - 1, percentile), false, `p${percentile} of ${needed - 1}`);
  }
});
