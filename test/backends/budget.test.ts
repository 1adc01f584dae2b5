import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMemory, neededBytes } from '../../src/backends/threads/budget.js';
import { EXIT } from '../../src/errors.js';
import { allowedCpus } from '../../src/measure/cpus.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import { MAX_MEMORY_BYTES } from '../../src/sync/memory.js';
import { layOutHost } from '../../src/vm/host.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';
import { runToEnd, untilNoWorkers } from '../support/runs.js';
import { MUTEX } from '../support/sites.js';

/** What the machine cannot do is said before anything is allocated or started. */

async function assertRefused(plan: RunPlan, message: RegExp): Promise<void> {
  const before = process.memoryUsage().arrayBuffers;
  let hasBegun = false;
  await assert.rejects(
    runToEnd(plan, {
      onBegin: async () => {
        hasBegun = true;
      },
    }),
    { name: 'IrqbenchError', exitCode: EXIT.machine, message },
  );
  assert.equal(hasBegun, false);
  await untilNoWorkers();
  assert.ok(process.memoryUsage().arrayBuffers - before < 50e6, 'nothing was allocated');
}

for (const strategy of [LIST, XARRAY]) {
  test(`${strategy.index}: more memory than can be addressed is refused, with the figure`, () =>
    assertRefused(
      planOf({ strategy, vms: 100_000_000, irqfds: 15 }),
      /^100,000,000 background VMs and 3 burst VMs of 15 irqfds need \d.* of shared memory.*--vms[^\n]*$/,
    ));

  test(`${strategy.index}: absurd rounds and irqfds are refused too`, async () => {
    await assertRefused(planOf({ strategy, rounds: 1e9, irqfds: 1000 }), /need .* memory/);
    await assertRefused(planOf({ strategy, irqfds: 1e9 }), /need .* memory/);
  });
}

test('more threads than memory for them is refused, and the threads are named', () =>
  assertRefused(
    planOf({ background: 'threads', vms: 2_000_000, irqfds: 1 }),
    /background VMs with threads of their own .*need .* are available/,
  ));

test('what is needed grows with everything that needs it', () => {
  const bytes = (changes: Partial<RunPlan>) => {
    const plan = planOf(changes);
    return neededBytes(plan, layOutHost(plan, MUTEX));
  };
  const base = bytes({});
  for (const more of [
    { vms: 2000 },
    { burst: 30 },
    { irqfds: 500 },
    { rounds: 10_000 },
    { background: 'threads' },
    { strategy: XARRAY },
  ] as const) {
    assert.ok(bytes(more) > base, JSON.stringify(more));
  }
});

test('a million irqfds are not refused for their address', () => {
  const plan = planOf({ strategy: XARRAY, vms: 62_500, irqfds: 16 });
  assert.ok(layOutHost(plan, MUTEX).bytes < MAX_MEMORY_BYTES);
  checkMemory([{ plan: planOf(), layout: layOutHost(planOf(), MUTEX) }]);
});

test('a CPU that this process may not use is refused by its number', async (t) => {
  if (process.platform !== 'linux') return t.skip('pinning works on Linux only');
  const missing = Math.max(...allowedCpus().map(({ cpu }) => cpu)) + 1000;
  await assertRefused(planOf({ pin: [missing] }), new RegExp(`--pin: .*CPU ${missing}\\b`));
});

test('VMs that are pinned run as others do', async (t) => {
  if (process.platform !== 'linux') return t.skip('pinning works on Linux only');
  for (const pin of ['spread', [allowedCpus()[0]?.cpu ?? 0]] as const) {
    const result = await runToEnd(planOf({ pin: pin === 'spread' ? pin : [...pin] }));
    assert.equal(result.failure, null);
    assert.equal(result.latency.register.count, 45);
  }
});
