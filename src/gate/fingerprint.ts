import { createHash } from 'node:crypto';
import type { Baseline, Fingerprint } from '../model/baseline.js';
import type { RunPlan } from '../model/run-plan.js';
import { type Environment, isSimulated, type Machine } from '../model/run-result.js';
import { type OptionKey, runOptions } from '../plan/options.js';
import { spellPlan } from '../plan/spell-plan.js';

/** Whether a run and a baseline are of the same plan and the same machine; else, what differs. */

/**
 * What does not make a run another one: a fault is what a gate is tried with, and a time-out only
 * ends what hangs.
 */
const NOT_COMPARED: readonly OptionKey[] = ['fault', 'stallTimeoutNs'];

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

/**
 * Why no figure of the run can be held against the baseline; empty where they can.
 * @returns `--vms is 800 in the baseline, 400 here`
 */
export function runDifferences(
  { backend, host, plan }: Pick<Baseline, 'backend' | 'host' | 'plan'>,
  run: { readonly backend: string; readonly host: Baseline['host']; readonly plan: RunPlan },
): string[] {
  if (backend !== run.backend) return [differs('--backend', backend, run.backend)];
  const differences: string[] = [];
  if (host?.name !== run.host?.name) {
    differences.push(differs('--host', host?.name ?? 'none', run.host?.name ?? 'none'));
  } else if (host?.digest !== run.host?.digest) {
    differences.push(`the profile of the host ${host?.name} was changed`);
  }
  const before = spellPlan(plan);
  for (const [key, now] of spellPlan(run.plan)) {
    const was = before.get(key) as string;
    if (was !== now && !NOT_COMPARED.includes(key)) {
      differences.push(differs(`--${runOptions[key].name}`, was, now));
    }
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
