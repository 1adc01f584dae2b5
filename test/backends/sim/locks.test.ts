import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockNames } from '../../../src/model/algorithm-names.js';
import { plainProfile, profileOf } from '../../support/profiles.js';
import { tryLock } from '../../support/sim-rig.js';

/** Locks of the registry on a simulated machine: the same modules that run natively. */

const ATOMIC = 10;
const SOCKET = 50;
const LOCAL = 80;
const HIT = 2;

test('an uncontended mutex takes two exchanges, as the profile has them', async () => {
  const trial = { lock: 'mutex', threads: 1, insideNs: 0, outsideNs: 0 } as const;
  const { ns } = await tryLock(plainProfile(1), { ...trial, acquisitions: 1_000 });
  assert.equal(ns, LOCAL + 2 * 1_000 * ATOMIC);
  const twice = await tryLock(plainProfile(1, { 'core.atomicCycles': 2 * ATOMIC }), {
    ...trial,
    acquisitions: 1_000,
  });
  assert.equal(twice.ns, LOCAL + 2 * 2 * 1_000 * ATOMIC);
});

for (const lock of lockNames) {
  test(`${lock}: alone inside, and everybody comes in as often as it wants`, async () => {
    for (const profile of [profileOf(), plainProfile(2)]) {
      const threads = 6;
      const acquisitions = 50;
      const trial = { lock, threads, acquisitions, insideNs: 300, outsideNs: 200 };
      const cpus = profile.topology.coresPerSocket.value;
      const cpuOf = (self: number) => self % cpus;
      const { order, mostInside, ns } = await tryLock(profile, { ...trial, cpuOf });
      assert.equal(mostInside, 1);
      for (let self = 0; self < threads; self++) {
        assert.equal(order.filter((one) => one === self).length, acquisitions);
      }
      assert.ok(ns >= threads * acquisitions * 300);
    }
  });

  test(`${lock}: the same twice`, async () => {
    const trial = { lock, threads: 8, acquisitions: 40, insideNs: 100, outsideNs: 50 };
    assert.deepEqual(await tryLock(profileOf(), trial), await tryLock(profileOf(), trial));
  });
}

test('an MCS lock hands over in the order of arrival, at the cost of two lines', async () => {
  const threads = 4;
  const acquisitions = 100;
  const { order, ns } = await tryLock(plainProfile(threads), {
    lock: 'mcs',
    threads,
    acquisitions,
    insideNs: 1_000,
    outsideNs: 0,
  });
  const steady = order.slice(threads, -threads);
  for (const [place, self] of steady.entries()) {
    assert.equal(self, steady[place % threads], `turn ${place}`);
  }
  const handOver = ns / order.length - 1_000;
  // The holder sees who is next, and clears that one's word, whose line goes there and back.
  assert.ok(handOver > SOCKET + ATOMIC + SOCKET + HIT, `${handOver} ns`);
  assert.ok(handOver < 2 * (SOCKET + ATOMIC + SOCKET + HIT), `${handOver} ns`);
});

test('a test-and-set lock takes longer the more spin on it; an MCS lock does not', async () => {
  const handOverNs = async (lock: 'tas' | 'mcs', threads: number) => {
    const acquisitions = 60;
    const trial = { lock, threads, acquisitions, insideNs: 500, outsideNs: 0 };
    const { ns } = await tryLock(plainProfile(16), trial);
    return ns / (threads * acquisitions) - 500;
  };
  assert.ok((await handOverNs('tas', 16)) > 3 * (await handOverNs('tas', 4)));
  assert.ok((await handOverNs('mcs', 16)) < 1.2 * (await handOverNs('mcs', 4)));
});

test('a lock that knows nodes stays in one socket for a while', async () => {
  const crossings = async (lock: 'mcs' | 'cna') => {
    const trial = { lock, threads: 4, acquisitions: 200, insideNs: 500, outsideNs: 0, nodes: 2 };
    const { order } = await tryLock(profileOf(), trial);
    return order.filter((self, at) => at > 0 && self >> 1 !== (order[at - 1] as number) >> 1)
      .length;
  };
  assert.ok((await crossings('cna')) * 10 < (await crossings('mcs')));
});
