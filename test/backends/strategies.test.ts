import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collect } from '../../src/backends/collect.js';
import { LOCKS } from '../../src/locks/lock.js';
import { presetNames, resolveStrategy } from '../../src/plan/strategies.js';
import { COUNTER, Counters } from '../../src/sync/counters.js';
import { HostRig } from '../support/host-rig.js';
import { planOf } from '../support/plans.js';
import { metric, runToEnd } from '../support/runs.js';
import { MUTEX } from '../support/sites.js';

/** Every strategy that has a name, on real threads. */

const PLAN = planOf({
  vms: 60,
  irqfds: 6,
  producersPerVm: 3,
  rounds: 4,
  connectCostNs: 1000,
  connectMode: 'sleep',
  connectFailureRate: 0.2,
});
const ROUNDS_OF_VMS = 3 * 4;

for (const name of presetNames) {
  const strategy = resolveStrategy(name, {});
  const isThere = strategy.lock in LOCKS;

  test(`${name}: a run ends in order`, { skip: !isThere }, async () => {
    const result = await runToEnd({ ...PLAN, strategy });
    assert.equal(result.failure, null);
    assert.deepEqual(result.audit, { damage: 0, findings: [] });
    const { work, connectCost, entryLock, lock } = result;
    assert.equal(work.warnings, 0);
    const isOut = strategy.bypass !== 'on' || strategy.noBypassShare === 1;
    assert.equal(work.optedOut, isOut ? ROUNDS_OF_VMS * 6 : 0);
    assert.equal(work.connects + work.connectFailures, isOut ? 0 : ROUNDS_OF_VMS * 3);
    assert.equal(work.disconnects, work.connects);
    assert.equal(work.registrations === 0, strategy.bypass === 'none');
    assert.equal(lock.acquisitions === 0, strategy.bypass === 'none');
    // A connect pays unless its producer refused it first.
    assert.ok(connectCost.paid >= work.connects + work.disconnects);
    assert.equal(connectCost.achievedMeanNs === null, isOut);
    const isOutside = strategy.connect === 'outside';
    assert.equal(work.callbacksUnderLock === 0, isOutside || isOut);
    assert.equal(entryLock !== null, isOutside);
    if (entryLock !== null) {
      // Each side once in and once out; a refused side does not come out again.
      const { connectFailures } = work;
      assert.equal(entryLock.acquisitions, ROUNDS_OF_VMS * 18 - connectFailures);
      assert.equal(lock.acquisitions, entryLock.acquisitions + connectFailures);
    }
  });
}

for (const name of ['sharded', 'outside'] as const) {
  test(`${name}: what is said to be deterministic is`, async () => {
    const plan = { ...PLAN, strategy: resolveStrategy(name, {}), connectCostNs: 0 };
    const [one, two] = [await runToEnd(plan), await runToEnd(plan)];
    for (const path of ['lock.acquisitions', 'work.connectFailures', 'work.callbacksUnderLock']) {
      assert.ok(one.deterministic.includes(path), path);
    }
    for (const path of one.deterministic) {
      assert.deepEqual(metric(one, path), metric(two, path), path);
    }
  });
}

test('a callback inside a lock of the tables is damage where connects are outside', () => {
  const plan = { ...PLAN, burst: 1, strategy: resolveStrategy('outside', {}) };
  const host = new HostRig(plan);
  host.life(0).run();
  const collected = () => collect(host.memory, host.layout, plan, MUTEX, [50]);
  assert.deepEqual(collected().audit, { damage: 0, findings: [] });
  new Counters(host.memory, host.layout.countersAt, 0).add(COUNTER.callbacksUnderLock, 3);
  assert.deepEqual(collected().audit, {
    damage: 1,
    findings: ['3 callbacks ran inside a lock of the tables'],
  });
});

test('the warm-up is not in the statistics of entry locks', () => {
  const acquisitions = [0, 3].map((warmupRounds) => {
    const plan = { ...PLAN, burst: 1, warmupRounds, strategy: resolveStrategy('outside', {}) };
    const host = new HostRig({ ...plan, connectFailureRate: 0 });
    host.life(0).run();
    return collect(host.memory, host.layout, plan, MUTEX, [50]).entryLock?.acquisitions;
  });
  assert.deepEqual(acquisitions, [4 * 18, 4 * 18]);
});
