import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLAGS, NO_BYPASS, setToken } from '../../src/irqbypass/objects.js';
import type { RunPlan, Strategy } from '../../src/model/run-plan.js';
import { HostRig } from '../support/host-rig.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';

/** Irqfds that never meet the manager, and who registers all the same. */

function optingOut(base: Strategy, changes: Partial<Strategy>, plan: Partial<RunPlan> = {}) {
  return new HostRig(
    planOf({
      vms: 40,
      burst: 1,
      irqfds: 10,
      rounds: 4,
      holdNs: 0,
      producersPerVm: 4,
      ...plan,
      strategy: { ...base, ...changes },
    }),
  );
}

/** Ids of the consumers that have the flag. */
function flagged(host: HostRig, area = host.layout.bypass.consumers): number[] {
  const places = Array.from({ length: area.count }, (_, i) => area.at + i * area.strideWords);
  return places.filter(
    (object) => ((host.memory.words[object + FLAGS] as number) & NO_BYPASS) !== 0,
  );
}

for (const base of [LIST, XARRAY]) {
  test(`${base.index}: with bypass off no irqfd registers, and every producer does`, () => {
    const host = optingOut(base, { bypass: 'off' });
    host.life(0).run();
    const counts = host.counts(0);
    assert.equal(counts.optedOut, 4 * 10);
    assert.equal(counts.registrations, 4 * 4, 'the producers');
    assert.equal(counts.deregistrations, 4 * 4);
    assert.equal(counts.connects, 0);
    assert.equal(host.samples(0, 'register').length, 40, 'an assign that opted out is a sample');
    assert.equal(host.samples(0, 'deregister').length, 40);
    assert.equal(flagged(host).length, 41 * 10);
    assert.equal(flagged(host, host.layout.bypass.producers).length, 0);
    assert.deepEqual(host.audit(), { damage: 0, findings: [] });
  });

  test(`${base.index}: compiled without, nobody registers and no lock is taken`, () => {
    const host = optingOut(base, { bypass: 'none' });
    host.life(0).run();
    const counts = host.counts(0);
    assert.equal(counts.optedOut, 40);
    assert.equal(counts.registrations + counts.deregistrations + counts.acquisitions, 0);
    assert.equal(flagged(host, host.layout.bypass.producers).length, 41 * 4);
    assert.deepEqual(host.audit(), { damage: 0, findings: [] });
  });

  test(`${base.index}: a share of irqfds opts out, drawn from the seed`, () => {
    const run = (seed: number) => {
      const host = optingOut(
        base,
        { noBypassShare: 0.3 },
        { seed, burst: 2, irqfds: 50, release: 'free' },
      );
      const share = flagged(host).length / (42 * 50);
      // 2,100 draws: five standard deviations.
      assert.ok(Math.abs(share - 0.3) < 0.05, `${share}`);
      host.life(0).run();
      const { optedOut, registrations, connects, disconnects, acquisitions } = host.counts(0);
      assert.equal(optedOut + registrations, 4 * (50 + 4));
      assert.equal(acquisitions, 2 * registrations);
      assert.equal(optedOut % 4, 0, 'the same ones in every round');
      assert.ok(connects % 4 === 0 && connects <= 16);
      assert.equal(disconnects, connects);
      assert.deepEqual(host.audit(), { damage: 0, findings: [] });
      return { optedOut, connects };
    };
    assert.deepEqual(run(1), run(1));
    assert.notDeepEqual(run(1), run(2));
  });

  test(`${base.index}: a share of nothing is nobody, a share of one is everybody`, () => {
    assert.equal(flagged(optingOut(base, { noBypassShare: 0 })).length, 0);
    assert.equal(flagged(optingOut(base, { noBypassShare: 1 })).length, 410);
  });

  test(`${base.index}: warm-up rounds count nobody who opted out`, () => {
    const host = optingOut(base, { noBypassShare: 1 }, { warmupRounds: 3, rounds: 1 });
    host.life(0).run();
    assert.equal(host.counts(0).optedOut, 10);
  });
}

test('the audit finds who opted out and is registered', () => {
  const host = optingOut(LIST, { noBypassShare: 0.5 });
  const [object] = flagged(host) as [number];
  setToken(host.memory.words, object, 1, 64);
  host.manager().adoptConsumer(object, 1, 64);
  assert.match(host.audit().findings.join(), /consumer \d+ opted out of bypass and is registered/);
});
