import { describeAxes } from './axes.js';
import { type OptionKey, optionKeys, type RunOption, runOptions } from './options.js';
import type { ResolvedPlan } from './resolve.js';

/** `--print-plan`: what a run would be, and where each value comes from. */

/** The value as it can be given back to its flag. */
function spelled(key: OptionKey, { values }: ResolvedPlan): string {
  // A key ties an option to its own value, which TypeScript cannot follow through the table.
  const option = runOptions[key] as RunOption<unknown>;
  return option.spell(values[key]);
}

function header({ plan, workload }: ResolvedPlan): string[] {
  const { name } = plan.strategy;
  const lines = [`strategy ${name}: ${describeAxes(plan.strategy)}`];
  if (!workload) return ['workload none: flags and defaults alone', ...lines];
  const { description, path } = workload;
  return [`workload ${workload.name}: ${description ?? 'no description'} (${path})`, ...lines];
}

function printText(resolved: ResolvedPlan): string {
  const rows = optionKeys.map((key) => ({
    name: runOptions[key].name,
    value: spelled(key, resolved),
    source: resolved.sources[key],
  }));
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const valueWidth = Math.max(...rows.map(({ value }) => value.length));
  const lines = rows.map(
    ({ name, value, source }) =>
      `${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${source}`,
  );
  return `${[...header(resolved), '', ...lines].join('\n')}\n`;
}

function printJson({ plan, sources, workload }: ResolvedPlan): string {
  const file = workload && { path: workload.path, description: workload.description };
  return `${JSON.stringify({ plan, sources, workload: file }, null, 2)}\n`;
}

/**
 * The plan, ending in a newline. As text: the workload and the strategy, then a line an option
 * with its name, its value spelled as the flag takes it, and its source. As JSON: the plan and
 * the sources.
 */
export function printPlan(resolved: ResolvedPlan, format: 'text' | 'json'): string {
  return format === 'json' ? printJson(resolved) : printText(resolved);
}
