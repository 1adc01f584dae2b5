import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lock } from '../../src/locks/lock.js';
import { phaseNames } from '../../src/model/phases.js';
import { spellPhases } from '../../src/model/spelling.js';
import { HostRig } from '../support/host-rig.js';
import { LIST, planOf, XARRAY } from '../support/plans.js';

const ONE_VM = { burst: 1, vms: 6, irqfds: 4, rounds: 5, warmupRounds: 2, holdNs: 0 } as const;

/** Does something at its n-th acquisition. */
class CountingLock implements Lock {
  private readonly inner: Lock;
  private readonly at: number;
  private readonly action: () => void;
  private acquisitions = 0;

  constructor(inner: Lock, at: number, action: () => void) {
    this.inner = inner;
    this.at = at;
    this.action = action;
  }

  acquire(self: number): void {
    this.inner.acquire(self);
    this.acquisitions++;
    if (this.acquisitions === this.at) this.action();
  }

  release(self: number): void {
    this.inner.release(self);
  }
}

/** Acquisitions in a round of four irqfds and two producers. */
const A_ROUND = 12;

/** Measured registrations of a run with two warm-up rounds, ended at its n-th acquisition. */
function registrationsUntil(at: number, order: 'before' | 'after'): number {
  const measured = at - 2 * A_ROUND;
  // The round that would have been the first forgets all that came before it.
  if (measured <= 0) return 0;
  const inRound = ((measured - 1) % A_ROUND) + 1;
  const consumers = order === 'before' ? inRound - 2 : inRound;
  return 4 * Math.floor((measured - 1) / A_ROUND) + Math.min(4, Math.max(0, consumers));
}

for (const strategy of [LIST, XARRAY]) {
  const { index } = strategy;

  for (const release of ['together', 'free'] as const) {
    test(`${index}, ${release}: every irqfd of every measured round is a sample`, () => {
      const host = new HostRig(planOf({ ...ONE_VM, strategy, release }));
      host.life(0).run();
      assert.equal(host.samples(0, 'register').length, 5 * 4);
      assert.equal(host.samples(0, 'deregister').length, 5 * 4);
      assert.equal(host.samples(0, 'vmReady').length, 5);
      for (const kind of ['register', 'deregister', 'vmReady'] as const) {
        assert.ok(host.samples(0, kind).every((ns) => Number.isSafeInteger(ns) && ns >= 0));
      }
      const counts = host.counts(0);
      assert.equal(counts.registrations, 20);
      assert.equal(counts.deregistrations, 20);
      assert.equal(counts.acquisitions, 40);
      assert.equal(counts.contended, 0);
      assert.equal(counts.warnings, 0);
      assert.deepEqual(counts.errors, {});
      assert.equal(host.progress(0), 6, 'past the last round');
      assert.deepEqual(host.audit(), { damage: 0, findings: [] });
    });
  }

  test(`${index}: a VM is ready no sooner than its registrations take together`, () => {
    const host = new HostRig(planOf({ ...ONE_VM, strategy }));
    host.life(0).run();
    const register = host.samples(0, 'register');
    host.samples(0, 'vmReady').forEach((readyNs, round) => {
      const own = register.subarray(round * 4, round * 4 + 4);
      assert.ok(readyNs >= own.reduce((sum, ns) => sum + ns, 0));
    });
  });

  test(`${index}: a VM that may not begin leaves no trace`, () => {
    for (const warmupRounds of [0, 2]) {
      const host = new HostRig(planOf({ ...ONE_VM, strategy, warmupRounds }));
      const before = host.memory.words.slice(host.layout.bypass.consumers.at);
      host.meeting.cancel();
      host.life(0).run();
      assert.equal(host.progress(0), 1 - warmupRounds);
      assert.equal(host.samples(0, 'register').length, 0);
      assert.equal(host.counts(0).registrations, 0);
      assert.deepEqual(host.memory.words.slice(host.layout.bypass.consumers.at), before);
      assert.equal(host.audit().damage, 0);
    }
  });

  for (const producerOrder of ['before', 'after'] as const) {
    test(`${index}: a run can end at any acquisition, and all is cleaned up (${producerOrder})`, () => {
      const plan = planOf({ ...ONE_VM, strategy, producersPerVm: 2, producerOrder });
      for (let at = 1; at <= 4 * A_ROUND; at++) {
        const host = new HostRig(plan);
        const life = host.life(
          0,
          (lock) => new CountingLock(lock, at, () => host.meeting.stop.set()),
        );
        life.run();
        assert.equal(host.audit().damage, 0, `stopped at acquisition ${at}`);
        const register = host.samples(0, 'register').length;
        assert.equal(host.samples(0, 'deregister').length, register);
        assert.equal(host.samples(0, 'vmReady').length, Math.floor(register / 4));
        assert.equal(register, registrationsUntil(at, producerOrder));
        const counts = host.counts(0);
        assert.equal(counts.connects, counts.disconnects);
        assert.equal(host.progress(0), 1 - plan.warmupRounds + Math.ceil(at / A_ROUND));
      }
    });
  }
}

test('the warm-up is never counted, however long it is', () => {
  const counts = [0, 1, 7].map((warmupRounds) => {
    const host = new HostRig(planOf({ ...ONE_VM, warmupRounds, producersPerVm: 2 }));
    host.life(0).run();
    assert.equal(host.samples(0, 'register').length, 20);
    return host.counts(0);
  });
  assert.deepEqual(counts[1], counts[0]);
  assert.deepEqual(counts[2], counts[0]);
});

test('a run of warm-up rounds alone that is stopped measured nothing', () => {
  const host = new HostRig(planOf({ ...ONE_VM, warmupRounds: 3 }));
  host.life(0, (lock) => new CountingLock(lock, 9, () => host.meeting.stop.set())).run();
  assert.ok(host.progress(0) < 1, 'which its progress tells whoever adds up');
});

for (const phase of ['createCostNs', 'irqchipCostNs', 'holdNs', 'destroyCostNs'] as const) {
  test(`${phase} is spent in every round, and not in the samples`, () => {
    const costNs = 15e6;
    const plan = planOf({ ...ONE_VM, rounds: 1, warmupRounds: 1, [phase]: costNs });
    const host = new HostRig(plan);
    const begunMs = performance.now();
    host.life(0).run();
    const spentNs = (performance.now() - begunMs) * 1e6;
    const readyNs = host.samples(0, 'vmReady')[0] as number;
    assert.ok(spentNs - readyNs >= 2 * costNs - 1000, `${spentNs - readyNs} ns`);
  });
}

const SUBSETS = Array.from({ length: 2 ** phaseNames.length }, (_, bits) =>
  phaseNames.filter((_, place) => (bits & (1 << place)) !== 0),
);

for (const phases of SUBSETS) {
  test(`phases ${spellPhases(phases)}: the same work, whoever does it`, () => {
    const plan = { ...ONE_VM, phases, producersPerVm: 2, tickNs: 20e3 };
    const [host, bare] = [new HostRig(planOf(plan)), new HostRig(planOf({ ...plan, phases: [] }))];
    host.life(0).run();
    bare.life(0).run();
    assert.deepEqual(host.counts(0), bare.counts(0));
    assert.equal(host.samples(0, 'register').length, 20);
    assert.equal(host.samples(0, 'deregister').length, 20);
    const calls = phases.length > 0 ? [20, 5] : [0, 0];
    assert.deepEqual(
      [host.samples(0, 'deassign').length, host.samples(0, 'destroy').length],
      calls,
    );
    assert.deepEqual(host.audit(), { damage: 0, findings: [] });
    for (let thread = 1; thread < host.layout.threads; thread++) {
      const { acquisitions, registrations, deregistrations } = host.counts(thread);
      assert.deepEqual(
        [acquisitions, registrations, deregistrations],
        [0, 0, 0],
        'all in the VM’s',
      );
    }
  });
}

test('burst VMs live on one host one after the other, each with its own irqfds', () => {
  const host = new HostRig(planOf({ burst: 3, release: 'free', holdNs: 0 }));
  for (const vm of [2, 0, 1]) {
    host.life(vm).run();
    assert.equal(host.samples(vm, 'register').length, 15);
    assert.equal(host.audit().damage, 0);
  }
});
