import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { RunPlan } from '../../../src/model/run-plan.js';
import { loadHost } from '../../../src/plan/host-file.js';
import { resolvePlan } from '../../../src/plan/resolve.js';
import { resolveStrategy } from '../../../src/plan/strategies.js';
import { planOf, XARRAY } from '../../support/plans.js';
import { profileOf } from '../../support/profiles.js';
import { simulate } from '../../support/simulations.js';

/** A simulation is the same to the byte whenever and wherever it is run. */

const HOST = loadHost('xeon-8255c');
const KERNEL = resolvePlan({ vms: '60', burst: '5', rounds: '3', release: 'free' }, HOST).plan;

/**
 * Digests of what these plans came to before. Whoever changes the model, or what a lock or manager
 * does, changes them knowingly; nothing else may.
 */
const DIGESTS: readonly [name: string, plan: RunPlan, digest: string][] = [
  ['lists', planOf({ vms: 60 }), 'e6f5e6d11541c2a2'],
  [
    'xarray',
    planOf({ vms: 60, strategy: XARRAY, burst: 8, producersPerVm: 3, connectCostNs: 5_000 }),
    'b45491c55b6a9bac',
  ],
  [
    'linux-mutex',
    planOf({ vms: 60, strategy: resolveStrategy('linux-6.2', { lock: 'linux-mutex' }), burst: 12 }),
    '91eae40630d0daa2',
  ],
  [
    'cna',
    planOf({
      vms: 60,
      strategy: resolveStrategy('linux-6.17', { lock: 'cna' }),
      nodes: 2,
      burst: 12,
    }),
    'ecc56ef095b2eede',
  ],
  [
    'tokens',
    planOf({ strategy: resolveStrategy('outside', {}), release: 'free', burst: 5 }),
    'c1f8e13251f8c61d',
  ],
  ['the kernel around lists', KERNEL, '3826a708e2a05f9f'],
  [
    'the kernel around a spinning mutex',
    { ...KERNEL, strategy: resolveStrategy('linux-6.2', { lock: 'linux-mutex' }), seed: 7 },
    'ffbddafbc67602b4',
  ],
];

for (const [name, plan, digest] of DIGESTS) {
  test(`digest: ${name}`, async () => {
    const { latency, lock, work, timing, rounds, vms } = await simulate(plan, HOST);
    const figures = JSON.stringify({ latency, lock, work, timing, rounds, vms });
    assert.equal(createHash('sha256').update(figures).digest('hex').slice(0, 16), digest);
  });
}

test('another seed is another run, and the seed of the plan is all there is', async () => {
  const figures = async (seed: number) => {
    const { latency, timing } = await simulate(planOf({ seed, strategy: XARRAY }), profileOf());
    return JSON.stringify({ latency, timing });
  };
  assert.equal(await figures(3), await figures(3));
  assert.notEqual(await figures(3), await figures(4));
});
