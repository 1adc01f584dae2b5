import type { RunPlan } from '../../model/run-plan.js';
import type { RunResult } from '../../model/run-result.js';
import { runSim, type SimOptions } from './run.js';

/**
 * Runs several plans, each on a simulated host of its own. They need not take turns: nothing about
 * the host changes on the way, and all draw from the same seed.
 * @returns in the order of the plans; after an interrupt the later ones have measured nothing
 */
export async function compareSim(
  plans: readonly RunPlan[],
  options: SimOptions,
): Promise<RunResult[]> {
  const results: RunResult[] = [];
  let hasBegun = false;
  for (const [at, plan] of plans.entries()) {
    const result = await runSim(plan, {
      ...options,
      keepsSetUp: at > 0,
      onBegin: async () => {
        if (!hasBegun) await options.onBegin();
        hasBegun = true;
      },
      onProgress: ({ phase, done, total }) =>
        options.onProgress({ phase, done: at * total + done, total: plans.length * total }),
    });
    results.push(result);
  }
  return results;
}
