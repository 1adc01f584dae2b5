import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phaseNames } from '../../src/model/phases.js';
import type { RunPlan } from '../../src/model/run-plan.js';
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
  assert.equal(plan.tickNs, kernel?.tickNs.value);
  for (const key of ['phases', 'createCostNs', 'irqGraceNs', 'nodes'] as const) {
    assert.equal(sources[key], 'host xeon-8255c');
  }
});

test('where there are the grace periods of creating a VM, its long waits are not drawn, too', () => {
  const all = kernel?.createWaits?.value ?? [];
  const waits = (phases: string) => resolvePlan({ phases }, HOST).plan.createWaits;
  assert.deepEqual(waits('srcu,queue'), all);
  const short = waits('move');
  assert.deepEqual(short, all.slice(0, short.length));
  assert.ok(short.length > 0 && short.every(({ toNs }) => toNs < 4e6));
  assert.ok(all.slice(short.length).every(({ toNs }) => toNs >= 4e6));
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

/** A run on threads as a simulated host without a kernel has it. */
function simulated({ strategy, ...plan }: RunPlan): RunPlan {
  return { ...plan, strategy: { ...strategy, lock: 'linux-mutex' }, nodes: 2 };
}

test('a bare run has of the host what the machine is like, and nothing of its kernel', () => {
  const { plan } = resolvePlan({ phases: 'bare' }, HOST);
  assert.deepEqual(plan, simulated(resolvePlan({}).plan));
});

test('a host without a kernel is bare', () => {
  const { plan } = resolvePlan({}, profileOf());
  assert.deepEqual(plan, simulated(resolvePlan({}).plan));
});
