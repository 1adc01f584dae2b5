import type { Progress } from '../../src/backends/backend.js';
import { runOnThreads } from '../../src/backends/threads/run.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import type { RunResult } from '../../src/model/run-result.js';
import { until, within } from './watchdog.js';

/** How long a run may take to end, once something has ended it. */
export const END_MS = 10_000;

export interface RunChanges {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onBegin?: () => Promise<void>;
}

/** Runs a plan on real threads; rejects where it hangs. */
export function runToEnd(plan: RunPlan, changes: RunChanges = {}): Promise<RunResult> {
  const run = runOnThreads(plan, {
    percentiles: [50, 99],
    signal: new AbortController().signal,
    onBegin: async () => {},
    onDeath: () => {},
    onProgress: () => {},
    ...changes,
  });
  return within(run, () => `a run of ${plan.burst} VMs does not end`);
}

/** What keeps a process from ending, of the kind that a forgotten worker would be. */
function workerHandles(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /MessagePort|Worker/.test(name));
}

/** Rejects where a worker is left; the ports of those that ended may close a moment later. */
export function untilNoWorkers(): Promise<void> {
  return until(
    () => workerHandles().length === 0,
    () => `still there: ${workerHandles()}`,
    END_MS,
  );
}

/** The value at a path such as `work.nodesVisited`. */
export function metric(result: RunResult, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], result);
}
