import type { RunPlan } from '../model/run-plan.js';
import type { RunOption } from './option.js';
import { type OptionKey, type OptionValues, optionKeys, runOptions } from './options.js';

/** The options of a plan, spelled as their flags take them. */

/**
 * What does not make a run another one: a fault is what a gate is tried with, and a time-out only
 * ends what hangs.
 */
const NOT_COMPARED: readonly OptionKey[] = ['fault', 'stallTimeoutNs'];

/** The preset is left out: its axes say what it is. */
export function spellPlan(plan: RunPlan): ReadonlyMap<OptionKey, string> {
  const { strategy } = plan;
  const { scope, shards } = strategy;
  const values = { ...plan, ...strategy, scope: { scope, shards } } as Omit<
    OptionValues,
    'strategy'
  >;
  const spelled = new Map<OptionKey, string>();
  for (const key of optionKeys) {
    if (key === 'strategy') continue;
    // A key ties an option to its own value, which TypeScript cannot follow through the table.
    const option = runOptions[key] as RunOption<unknown>;
    spelled.set(key, option.spell(values[key]));
  }
  return spelled;
}

/** What two runs are compared by, by flag: `--vms` → `800`. */
export function spellCompared(plan: RunPlan): ReadonlyMap<string, string> {
  const compared = [...spellPlan(plan)].filter(([key]) => !NOT_COMPARED.includes(key));
  return new Map(compared.map(([key, text]) => [`--${runOptions[key].name}`, text]));
}
