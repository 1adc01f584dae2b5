import { counted } from '../units.js';
import { describeAxes } from './axes.js';
import type { ComparisonPlan } from './comparison.js';
import type { RunOption } from './option.js';
import { isAxisKey, type OptionKey, optionKeys, runOptions, strategyKeys } from './options.js';
import type { ResolvedPlan } from './resolve.js';
import type { GridPoint, SweepPlan } from './sweep.js';
import { FAIL_IF, type GivenThreshold } from './thresholds.js';

/** `--print-plan`: what a run would be, and where each value comes from. */

/** The value as it can be given back to its flag. */
function spelled(key: OptionKey, { values }: ResolvedPlan): string {
  // A key ties an option to its own value, which TypeScript cannot follow through the table.
  const option = runOptions[key] as RunOption<unknown>;
  return option.spell(values[key]);
}

function workloadLine({ workload }: ResolvedPlan): string {
  if (!workload) return 'workload none: flags and defaults alone';
  const { description, path } = workload;
  return `workload ${workload.name}: ${description ?? 'no description'} (${path})`;
}

/** A line an option or threshold: its name, its value spelled as the flag takes it, its source. */
function optionLines(
  resolved: ResolvedPlan,
  keys: readonly OptionKey[],
  thresholds: readonly GivenThreshold[],
): string[] {
  const options = keys.map((key) => ({
    name: runOptions[key].name,
    value: spelled(key, resolved),
    source: resolved.sources[key],
  }));
  const held = thresholds.map(({ text, source }) => ({ name: FAIL_IF, value: text, source }));
  const rows = [...options, ...held];
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const valueWidth = Math.max(...rows.map(({ value }) => value.length));
  return rows.map(
    ({ name, value, source }) =>
      `${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${source}`,
  );
}

function workloadOf({ workload }: ResolvedPlan) {
  return workload && { path: workload.path, description: workload.description };
}

function thresholdsOf(thresholds: readonly GivenThreshold[]) {
  return thresholds.map(({ text, source }) => ({ text, source }));
}

/**
 * The plan, ending in a newline. As text: the workload and the strategy, then a line an option.
 * As JSON: the plan and the sources.
 */
export function printPlan(
  resolved: ResolvedPlan,
  format: 'text' | 'json',
  thresholds: readonly GivenThreshold[] = [],
): string {
  const { plan, sources } = resolved;
  if (format === 'json') {
    const workload = workloadOf(resolved);
    const printed = { plan, sources, workload, thresholds: thresholdsOf(thresholds) };
    return `${JSON.stringify(printed, null, 2)}\n`;
  }
  const strategy = `strategy ${plan.strategy.name}: ${describeAxes(plan.strategy)}`;
  const lines = [
    workloadLine(resolved),
    strategy,
    '',
    ...optionLines(resolved, optionKeys, thresholds),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for a comparison: its strategies, and the options that they have in common. */
export function printComparison(
  { common, contenders }: ComparisonPlan,
  format: 'text' | 'json',
  thresholds: readonly GivenThreshold[] = [],
): string {
  if (format === 'json') {
    const { sources } = common;
    const workload = workloadOf(common);
    const printed = { contenders, sources, workload, thresholds: thresholdsOf(thresholds) };
    return `${JSON.stringify(printed, null, 2)}\n`;
  }
  const strategies = contenders.map(({ label, plan, file }) =>
    plan === null ? `saved    ${file}` : `strategy ${label}: ${describeAxes(plan.strategy)}`,
  );
  const keys = optionKeys.filter((key) => !strategyKeys.some((own) => own === key));
  const lines = [workloadLine(common), ...strategies, '', ...optionLines(common, keys, thresholds)];
  return `${lines.join('\n')}\n`;
}

function isFromPreset({ sources, values }: ResolvedPlan, key: OptionKey): boolean {
  return sources[key] === `preset ${values.strategy}`;
}

/**
 * The same for a sweep: its points, and the options that they have in common.
 * @param points those that this process does
 */
export function printSweep(
  { axes, first, varied }: SweepPlan,
  points: readonly GridPoint[],
  format: 'text' | 'json',
  thresholds: readonly GivenThreshold[] = [],
): string {
  if (format === 'json') {
    const { sources } = first;
    const workload = workloadOf(first);
    const printed = { axes, points, sources, workload, thresholds: thresholdsOf(thresholds) };
    return `${JSON.stringify(printed, null, 2)}\n`;
  }
  const isOfPoint = (key: OptionKey) =>
    varied.has(key) || (varied.has('strategy') && isAxisKey(key) && isFromPreset(first, key));
  const keys = optionKeys.filter((key) => !isOfPoint(key));
  const width = String(points.at(-1)?.index ?? '').length;
  const lines = [
    workloadLine(first),
    counted(points.length, 'point'),
    ...points.map(({ index, name }) => `  ${String(index).padStart(width)}  ${name}`),
    '',
    ...optionLines(first, keys, thresholds),
  ];
  return `${lines.join('\n')}\n`;
}
