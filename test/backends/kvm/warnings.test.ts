import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kvmWarnings } from '../../../src/backends/kvm/warnings.js';
import { summarize } from '../../../src/measure/histogram.js';
import type { KvmFacts } from '../../../src/model/real-result.js';
import { buildResult } from '../../fixtures/result.js';

const NONE = summarize(new Float64Array(0), []);
const FACTS: KvmFacts = {
  device: '/dev/kvm',
  apiVersion: 12,
  processes: 1,
  foreignCallNs: 300,
  bypassInUse: true,
  createVm: NONE,
  createIrqchip: NONE,
  destroyVm: NONE,
  descriptors: null,
};
const { latency } = buildResult();
const IN_USE = { isInUse: true, because: 'it says so', remedy: null };

const codes = (...args: Parameters<typeof kvmWarnings>) =>
  kvmWarnings(...args)
    .map(({ code }) => code)
    .filter((code) => code !== 'never-tried');

test('a kernel that bypasses is nothing to warn of', () => {
  assert.deepEqual(codes(FACTS, IN_USE, latency), []);
});

test('without bypass the lock was not taken, and that is said', () => {
  const [warning] = kvmWarnings(
    FACTS,
    { isInUse: false, because: 'kvm_intel says N', remedy: 'say Y' },
    latency,
  );
  assert.match(
    warning?.message ?? '',
    /not in use \(kvm_intel says N\): KVM_IRQFD was measured, but the bypass lock was not taken/,
  );
  assert.equal(warning?.remedy, 'say Y');
  const unknown = { isInUse: null, because: 'nobody says', remedy: 'trace it' };
  assert.deepEqual(codes(FACTS, unknown, latency), ['bypass-unknown']);
});

test('a call that is much of what was measured is said', () => {
  const fast = summarize(new Float64Array(100).fill(1000), [50]);
  const { deregister, vmReady } = latency;
  assert.deepEqual(codes(FACTS, IN_USE, { register: fast, deregister, vmReady }), ['foreign-call']);
  assert.deepEqual(codes(FACTS, IN_USE, { register: NONE, deregister, vmReady }), []);
});
