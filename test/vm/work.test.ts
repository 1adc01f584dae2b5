import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunPlan } from '../../src/model/run-plan.js';
import { HostRig } from '../support/host-rig.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';

/** The work counters of one burst VM, against figures reckoned by hand. */

/** The numbers 0 … n-1, to sum over. */
const upTo = (n: number) => [...Array(n).keys()];
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** List nodes that one round visits: `own` walks are misses behind whatever else is there. */
function visitsOfRound({ vms, irqfds, producersPerVm, producerOrder }: RunPlan): number {
  const consumers = vms * irqfds;
  const producers = vms * producersPerVm;
  // The producers there are while consumers come and go, and the consumers while producers do.
  const isBefore = producerOrder === 'before';
  const here = isBefore ? producersPerVm : 0;
  const there = isBefore ? 0 : irqfds;

  // Irqfd i: a miss in its own list; its partner, whose list has the youngest first.
  const registerConsumers = upTo(irqfds).map(
    (i) => consumers + i + (i < here ? here - i : producers + here),
  );
  // The oldest of the VM's irqfds, behind all its younger ones, goes first.
  const unregisterConsumers = upTo(irqfds).map(
    (i) => irqfds - i + (i < here ? here - i : producers + here),
  );
  const registerProducers = upTo(producersPerVm).map(
    (j) => producers + j + (there > 0 ? there - j : consumers),
  );
  const unregisterProducers = upTo(producersPerVm).map(
    (j) => producersPerVm - j + (there > 0 ? there - j : consumers),
  );
  return (
    sum(registerConsumers) +
    sum(unregisterConsumers) +
    sum(registerProducers) +
    sum(unregisterProducers)
  );
}

const SHAPES: Partial<RunPlan>[] = [
  { vms: 0, irqfds: 1 },
  { vms: 6, irqfds: 4 },
  { vms: 30, irqfds: 15, rounds: 2 },
  { vms: 6, irqfds: 4, producersPerVm: 2 },
  { vms: 6, irqfds: 4, producersPerVm: 4 },
  { vms: 5, irqfds: 3, producersPerVm: 1, producerOrder: 'after' },
  { vms: 5, irqfds: 3, producersPerVm: 3, producerOrder: 'after', release: 'free' },
];

for (const shape of SHAPES) {
  const name = JSON.stringify(shape);
  const full = planOf({ burst: 1, holdNs: 0, ...shape });
  const { rounds, irqfds, producersPerVm } = full;

  for (const strategy of [LIST, XARRAY]) {
    test(`${strategy.index}: counts of ${name}`, () => {
      const host = new HostRig({ ...full, strategy });
      host.life(0).run();
      const counts = host.counts(0);
      const all = rounds * (irqfds + producersPerVm);
      assert.equal(counts.registrations, all);
      assert.equal(counts.deregistrations, all);
      assert.equal(counts.acquisitions, 2 * all);
      assert.equal(counts.connects, rounds * producersPerVm);
      assert.equal(counts.disconnects, rounds * producersPerVm);
      assert.equal(counts.connectFailures, 0);
      assert.equal(counts.warnings, 0);
      assert.equal(host.audit().damage, 0);
    });
  }

  test(`list: nodes visited by ${name}`, () => {
    const host = new HostRig({ ...full, strategy: LIST });
    host.life(0).run();
    assert.equal(host.counts(0).nodesVisited, rounds * visitsOfRound(full));
  });
}

test('list: without producers a round visits k n + k² nodes', () => {
  const plan = planOf({ burst: 1, vms: 40, irqfds: 7, rounds: 3, holdNs: 0 });
  const host = new HostRig(plan);
  host.life(0).run();
  assert.equal(host.counts(0).nodesVisited, 3 * (7 * 280 + 49));
});

test('xarray: eleven nodes a registration and eleven a deregistration, however many there are', () => {
  for (const vms of [0, 1, 300]) {
    const plan = planOf({ burst: 1, vms, irqfds: 7, rounds: 3, holdNs: 0, strategy: XARRAY });
    const host = new HostRig(plan);
    host.life(0).run();
    assert.equal(host.counts(0).nodesVisited, 3 * 7 * 22);
  }
});

for (const strategy of [LIST, XARRAY]) {
  for (const producerOrder of ['before', 'after'] as const) {
    const plan = planOf({
      strategy,
      producerOrder,
      burst: 1,
      vms: 10,
      irqfds: 20,
      producersPerVm: 20,
      rounds: 50,
      holdNs: 0,
      connectFailureRate: 0.1,
    });

    test(`${strategy.index}, ${producerOrder}: seeded failures repeat exactly and leave nothing`, () => {
      const run = (seed: number) => {
        const host = new HostRig({ ...plan, seed });
        host.life(0).run();
        assert.equal(host.audit().damage, 0);
        return host.counts(0);
      };
      const counts = run(1);
      const { connects, connectFailures, disconnects, errors } = counts;
      // Each pair is tried once a round; 1,000 draws, five standard deviations are 48.
      assert.equal(connects + connectFailures, 1000);
      assert.ok(Math.abs(connectFailures - 100) < 48, `${connectFailures} failures`);
      assert.equal(disconnects, connects);
      assert.deepEqual(errors, { EIO: connectFailures });
      assert.equal(counts.registrations, 2000, 'KVM does not mind a refused registration');
      assert.equal(counts.deregistrations, 2000);
      assert.equal(counts.warnings, 0);
      // Whoever has no token leaves without the lock: all that were refused by an xarray, and
      // with the lists the producers, whose owner clears it.
      const isCleared = strategy === XARRAY || producerOrder === 'after';
      assert.equal(counts.acquisitions, 4000 - (isCleared ? connectFailures : 0));
      assert.deepEqual(run(1), counts);
      assert.notEqual(run(2).connectFailures, connectFailures);
    });
  }
}
