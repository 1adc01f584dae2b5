import { existsSync } from 'node:fs';
import { usageError } from '../errors.js';
import type { HostProfile } from '../model/host-profile.js';
import type { RunPlan } from '../model/run-plan.js';
import {
  type FlagValues,
  kernelMutexOf,
  type ResolvedPlan,
  resolvePlan,
  workloadOf,
} from './resolve.js';
import { looksLikeStrategy, readGrid, readStrategy } from './strategy-text.js';
import type { Workload } from './workload-file.js';

/** What is compared: strategies on one plan, results that were saved, or both. */

export type Contender =
  | { readonly label: string; readonly plan: RunPlan; readonly file: null }
  | { readonly label: string; readonly plan: null; readonly file: string };

export interface ComparisonPlan {
  /** What the strategies have in common; its own strategy means nothing. */
  readonly common: ResolvedPlan;
  /** At least two, the reference first. */
  readonly contenders: readonly Contender[];
  /** Points of the grid that are none, each with the reason. */
  readonly refused: readonly string[];
}

/**
 * @param texts presets, axes or files, in their order
 * @param grid the axes of `--matrix`, or none
 * @param host the host that is to be simulated, or null
 * @throws IrqbenchError (2) that names the argument at fault
 */
export function resolveComparison(
  texts: readonly string[],
  grid: readonly string[],
  flags: FlagValues,
  host: HostProfile | null = null,
  workload: Workload | null = workloadOf(flags),
): ComparisonPlan {
  const common = resolvePlan(flags, host, workload);
  const { plan } = common;
  const kernelMutex = kernelMutexOf(host);
  const contenders: Contender[] = texts.map((text) => {
    if (!looksLikeStrategy(text) && isFile(text)) return { label: text, plan: null, file: text };
    const strategy = readStrategy(text, 'compare', kernelMutex);
    return { label: strategy.name, plan: { ...plan, strategy }, file: null };
  });
  const { strategies, refused } =
    grid.length === 0 ? { strategies: [], refused: [] } : readGrid(grid, '--matrix', kernelMutex);
  for (const strategy of strategies) {
    contenders.push({ label: strategy.name, plan: { ...plan, strategy }, file: null });
  }
  if (contenders.length < 2) {
    throw usageError(
      'compare: needs at least two strategies or results; give, for example, linux-6.2 linux-6.17',
    );
  }
  return { common, contenders: withOwnLabels(contenders), refused };
}

/** What looks like a path, or is one: a trace may have any name. */
function isFile(text: string): boolean {
  return /[/\\]|\.(json|log|txt|csv|funclatency)$/i.test(text) || existsSync(text);
}

/** The second of a label is `linux-6.17 (2)`: what is compared with itself has two names. */
function withOwnLabels(contenders: readonly Contender[]): Contender[] {
  const seen = new Map<string, number>();
  return contenders.map((contender) => {
    const times = (seen.get(contender.label) ?? 0) + 1;
    seen.set(contender.label, times);
    return times === 1 ? contender : { ...contender, label: `${contender.label} (${times})` };
  });
}
