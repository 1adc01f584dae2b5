import { createHash } from 'node:crypto';
import type { Baseline, Fingerprint } from '../model/baseline.js';
import type { RunPlan } from '../model/run-plan.js';
import { type Environment, isSimulated, type Machine } from '../model/run-result.js';

/** Whether a run and a baseline are of the same plan and the same machine; else, what differs. */

/** What two plans are compared by, by flag, as a user spells it: `--vms` → `800`. */
export type SpellPlan = (plan: RunPlan) => ReadonlyMap<string, string>;

export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

export function hostOf(machine: Machine | null): Baseline['host'] {
  if (machine === null || !isSimulated(machine)) return null;
  return { name: machine.name, digest: digestOf(machine) };
}

export function fingerprintOf(environment: Environment): Fingerprint {
  const { cpuModel, cpus, cpuQuota, platform, arch, kernel, node, v8 } = environment;
  return { cpuModel, cpus, cpuQuota, platform, arch, kernel, node, v8 };
}

/** What is compared of a run or of a baseline. */
interface Identity {
  readonly backend: string;
  readonly host: Baseline['host'];
  readonly plan: RunPlan;
}

/**
 * Why no figure of the run can be held against the baseline; empty where they can.
 * @returns `--vms is 800 in the baseline, 400 here`
 */
export function runDifferences(
  { backend, host, plan }: Identity,
  run: Identity,
  spell: SpellPlan,
): string[] {
  if (backend !== run.backend) return [differs('--backend', backend, run.backend)];
  const differences: string[] = [];
  if (host?.name !== run.host?.name) {
    differences.push(differs('--host', host?.name ?? 'none', run.host?.name ?? 'none'));
  } else if (host?.digest !== run.host?.digest) {
    differences.push(`the profile of the host ${host?.name} was changed`);
  }
  const before = spell(plan);
  for (const [flag, now] of spell(run.plan)) {
    const was = before.get(flag) as string;
    if (was !== now) differences.push(differs(flag, was, now));
  }
  if (JSON.stringify(plan.createWaits) !== JSON.stringify(run.plan.createWaits)) {
    differences.push('creating a VM waits otherwise');
  }
  return differences;
}

const NAMES: Readonly<Record<keyof Fingerprint, string>> = {
  cpuModel: 'the CPU',
  cpus: 'the number of CPUs',
  cpuQuota: 'the CPU quota',
  platform: 'the system',
  arch: 'the architecture',
  kernel: 'the kernel',
  node: 'Node',
  v8: 'V8',
};

/** Why figures of the clock cannot be held against those of the baseline; empty where they can. */
export function machineDifferences(was: Fingerprint, now: Fingerprint): string[] {
  const keys = Object.keys(NAMES) as (keyof Fingerprint)[];
  return keys.flatMap((key) =>
    was[key] === now[key]
      ? []
      : [differs(NAMES[key], String(was[key] ?? 'none'), String(now[key] ?? 'none'))],
  );
}

function differs(what: string, was: string, now: string): string {
  return `${what} is ${was} in the baseline, ${now} here`;
}
