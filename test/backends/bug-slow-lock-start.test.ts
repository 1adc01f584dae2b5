import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../support/plans.js';
import { END_MS, runToEnd } from '../support/runs.js';
import { within } from '../support/watchdog.js';

/** The fault slows the run's sections down, not the start, where nobody could interrupt it. */

test('a run with a very slow lock can be interrupted while its VMs make themselves ready', async () => {
  const controller = new AbortController();
  const plan = planOf({ burst: 1, vms: 2, fault: { kind: 'slow-lock', factor: 400 } });
  const run = runToEnd(plan, {
    signal: controller.signal,
    onProgress: ({ phase }) => {
      if (phase === 'start') controller.abort();
    },
  });
  const result = await within(run, () => 'the interrupted run goes on', END_MS);
  assert.equal(result.failure, null);
  assert.equal(result.audit.damage, 0);
});
