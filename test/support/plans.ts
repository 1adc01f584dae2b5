import type { RunPlan, Strategy } from '../../src/model/run-plan.js';
import { resolveStrategy } from '../../src/plan/strategies.js';

/** Plans of small runs: a few VMs, a few rounds, holds of a millisecond. */

export const LIST: Strategy = resolveStrategy('linux-6.2', {});
export const XARRAY: Strategy = resolveStrategy('linux-6.17', {});

const SMALL: RunPlan = {
  workload: null,
  vms: 20,
  burst: 3,
  irqfds: 5,
  rounds: 3,
  warmupRounds: 1,
  holdNs: 1e6,
  release: 'together',
  strategy: LIST,
  producersPerVm: 0,
  producerOrder: 'before',
  connectCostNs: 0,
  connectMode: 'spin',
  connectFailureRate: 0,
  background: 'state',
  createCostNs: 0,
  irqchipCostNs: 0,
  destroyCostNs: 0,
  assignCostNs: 0,
  createWaits: [],
  phases: [],
  irqGraceNs: 0,
  destroyGraceNs: 0,
  tickNs: 0,
  seed: 1,
  nodes: 1,
  stallTimeoutNs: 10e9,
  pin: 'off',
  fault: null,
};

/** The small plan with some of its values changed. */
export function planOf(changes: Partial<RunPlan> = {}): RunPlan {
  return { ...SMALL, ...changes };
}
