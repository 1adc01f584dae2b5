import { usageError } from '../errors.js';
import type { RunPlan } from '../model/run-plan.js';
import { counted } from '../units.js';
import type { RunOption } from './option.js';
import { type OptionKey, runOptions, strategyKeys } from './options.js';
import type { ResolvedPlan } from './resolve.js';
import { type PresetName, resolveStrategy } from './strategies.js';

/** A plan for the real kernel: what it decides itself cannot be asked for. */

interface Refusal {
  readonly keys: readonly OptionKey[];
  readonly reason: string;
  /** Whether a workload that says it is carried out without it, rather than refused. */
  readonly isLeftOut: boolean;
}

const REFUSALS: readonly Refusal[] = [
  {
    keys: strategyKeys,
    reason: 'the kernel has a manager of its own, and this is it; leave the strategy out',
    isLeftOut: true,
  },
  {
    keys: [
      'createCostNs',
      'irqchipCostNs',
      'destroyCostNs',
      'phases',
      'irqGraceNs',
      'destroyGraceNs',
      'tickNs',
    ],
    reason: 'the kernel takes what it takes, and that is measured; leave it out',
    isLeftOut: true,
  },
  {
    keys: ['nodes'],
    reason: 'the kernel knows its nodes; place the VMs with --pin',
    isLeftOut: true,
  },
  {
    keys: ['producersPerVm', 'producerOrder', 'connectCostNs', 'connectMode', 'connectFailureRate'],
    reason: 'producers are real devices, which irqbench does not assign; use --backend threads',
    isLeftOut: false,
  },
  {
    keys: ['background'],
    reason: 'background VMs are VMs of the kernel, without threads; leave it out',
    isLeftOut: false,
  },
  {
    keys: ['fault'],
    reason: "faults are injected into irqbench's own manager; use --backend threads",
    isLeftOut: false,
  },
];

/**
 * @param processes that the VMs are spread over
 * @param preset the manager that a kernel of this version has
 * @throws IrqbenchError (2) that names the option at fault and why it makes no sense here
 */
export function kvmPlan(resolved: ResolvedPlan, processes: number, preset: PresetName): RunPlan {
  for (const { keys, reason, isLeftOut } of REFUSALS) {
    for (const key of keys) {
      const source = resolved.sources[key];
      const isWorkload = source.startsWith('workload ');
      if (!isAsked(resolved, key) || (isWorkload && isLeftOut)) continue;
      throw usageError(`${placeOf(key, source)}: not with --backend kvm: ${reason}`);
    }
  }
  const { burst } = resolved.plan;
  if (processes > burst) {
    throw usageError(
      `--processes: ${processes} of ${counted(burst, 'burst VM')}: one without a burst VM measures nothing; give at most ${burst}`,
    );
  }
  const costs = {
    createCostNs: 0,
    irqchipCostNs: 0,
    destroyCostNs: 0,
    phases: [],
    irqGraceNs: 0,
    destroyGraceNs: 0,
    tickNs: 0,
  };
  const strategy = resolveStrategy(preset, {});
  return Object.freeze({ ...resolved.plan, ...costs, nodes: 1, strategy, processes });
}

/** Whether somebody said so: a strategy at all, anything else other than its default. */
function isAsked({ sources, values }: ResolvedPlan, key: OptionKey): boolean {
  const source = sources[key];
  if (!source.startsWith('flag ') && !source.startsWith('workload ')) return false;
  if (strategyKeys.some((own) => own === key)) return true;
  const option = runOptions[key] as RunOption<unknown>;
  return option.spell(values[key]) !== option.default;
}

/** `--lock`, or `workload mine.yaml:3 producers-per-vm`. */
function placeOf(key: OptionKey, source: string): string {
  const { name } = runOptions[key];
  return source.startsWith('flag ') ? `--${name}` : `${source} ${name}`;
}
