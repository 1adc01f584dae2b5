import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../support/plans.js';
import { runToEnd, untilNoWorkers } from '../support/runs.js';

/** No background VMs need no threads of their own: a plan that the schema allows, and a run. */

test('background threads for no background VMs', async () => {
  const result = await runToEnd(planOf({ background: 'threads', vms: 0 }));
  assert.equal(result.failure, null);
  assert.equal(result.partial, false);
  assert.equal(result.latency.register.count, 45);
  await untilNoWorkers();
});
