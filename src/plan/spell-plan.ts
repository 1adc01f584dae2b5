import type { RunPlan } from '../model/run-plan.js';
import {
  type OptionKey,
  type OptionValues,
  optionKeys,
  type RunOption,
  runOptions,
} from './options.js';

/** The options of a plan, spelled as their flags take them: what two plans are compared by. */

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
