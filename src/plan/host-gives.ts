import type { HostProfile } from '../model/host-profile.js';
import type { Phase } from '../model/phases.js';
import type { RunPlan } from '../model/run-plan.js';
import { spellNs } from '../units.js';
import type { OptionKey } from './options.js';

/** What the host that is simulated decides, where neither a flag nor the workload says otherwise. */

type Texts = { readonly [Key in OptionKey]?: string };

/** Whether it knows of the kernel around the manager: then all of it is simulated. */
export function phasesOf(host: HostProfile): Texts {
  return { phases: host.kernel === null ? 'bare' : 'kernel' };
}

/**
 * Options by their text, as flags would give them.
 * @param phases what the run has of the kernel: of a bare one, only what the machine is like
 */
export function hostGives(host: HostProfile, phases: readonly Phase[]): Texts {
  const nodes = String(host.topology.sockets.value);
  const { kernel } = host;
  if (kernel === null || phases.length === 0) return { nodes };
  return {
    nodes,
    createCostNs: spellNs(kernel.createNs.value),
    irqchipCostNs: spellNs(kernel.irqchipNs.value),
    destroyCostNs: spellNs(kernel.destroyNs.value),
    assignCostNs: spellNs(kernel.assignNs.value),
    ...(phases.includes('grace') && { irqGraceNs: spellNs(kernel.irqGraceNs.value) }),
    ...(phases.includes('destroy') && { destroyGraceNs: spellNs(kernel.destroyGraceNs.value) }),
    ...(needsTick(phases) && { tickNs: spellNs(kernel.tickNs.value) }),
  };
}

/** What there is of the kernel that happens at ticks. */
export function needsTick(phases: readonly Phase[]): boolean {
  return phases.some((phase) => phase === 'move' || phase === 'destroy' || phase === 'barrier');
}

/**
 * The waits that go with the host's own cost of creating a VM, and with no other. Where the run has
 * the grace periods that are among them, only those that are too short to be any.
 */
export function createWaitsOf(host: HostProfile, phases: readonly Phase[]): RunPlan['createWaits'] {
  const waits = host.kernel?.createWaits?.value ?? [];
  const tickNs = host.kernel?.tickNs.value ?? 0;
  return phases.includes('move') ? waits.filter(({ toNs }) => toNs < tickNs) : waits;
}
