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
    graceSpread: String(kernel.graceSpread.value),
  };
}

/** The waits that go with the host's own cost of creating a VM, and with no other. */
export function createWaitsOf(host: HostProfile): RunPlan['createWaits'] {
  return host.kernel?.createWaits?.value ?? [];
}
