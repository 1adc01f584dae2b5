import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phaseNames } from '../../src/model/phases.js';
import { loadHost } from '../../src/plan/host-file.js';
import { resolvePlan } from '../../src/plan/resolve.js';
import { profileOf } from '../support/profiles.js';

const HOST = loadHost('xeon-8255c');
const { kernel } = HOST;

test('a simulated host brings the kernel around the manager, with its costs', () => {
  const { plan, sources } = resolvePlan({}, HOST);
  assert.deepEqual(plan.phases, phaseNames);
  assert.equal(plan.nodes, 2);
  assert.equal(plan.createCostNs, kernel?.createNs.value);
  assert.equal(plan.irqchipCostNs, kernel?.irqchipNs.value);
  assert.equal(plan.destroyCostNs, kernel?.destroyNs.value);
  assert.equal(plan.assignCostNs, kernel?.assignNs.value);
  assert.equal(plan.irqGraceNs, kernel?.irqGraceNs.value);
  assert.equal(plan.destroyGraceNs, kernel?.destroyGraceNs.value);
  assert.deepEqual(plan.createWaits, kernel?.createWaits?.value);
  for (const key of ['phases', 'createCostNs', 'irqGraceNs', 'nodes'] as const) {
    assert.equal(sources[key], 'host xeon-8255c');
  }
});

test('a flag or a workload counts for more, and each can be switched off alone', () => {
  const { plan } = resolvePlan({ createCost: '5ms', phases: 'srcu,grace' }, HOST);
  assert.equal(plan.createCostNs, 5e6);
  assert.deepEqual(plan.createWaits, []);
  assert.deepEqual(plan.phases, ['srcu', 'grace']);
  assert.equal(plan.irqGraceNs, kernel?.irqGraceNs.value);
  assert.equal(plan.destroyGraceNs, 0);
  const smoke = resolvePlan({ workload: 'smoke' }, HOST);
  assert.match(smoke.sources.vms, /^workload smoke:/);
});

test('a bare run has of the host what the machine is like, and nothing of its kernel', () => {
  const { plan } = resolvePlan({ phases: 'bare' }, HOST);
  const native = resolvePlan({});
  assert.deepEqual(plan, { ...native.plan, nodes: 2 });
});

test('a host without a kernel is bare', () => {
  const { plan } = resolvePlan({}, profileOf());
  assert.deepEqual(plan, { ...resolvePlan({}).plan, nodes: 2 });
});
