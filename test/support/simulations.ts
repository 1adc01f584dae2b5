import { runSim, type SimOptions } from '../../src/backends/sim/run.js';
import type { HostProfile } from '../../src/model/host-profile.js';
import type { RunPlan } from '../../src/model/run-plan.js';
import type { RunResult } from '../../src/model/run-result.js';

/** Runs a plan on a simulated host. */
export function simulate(
  plan: RunPlan,
  host: HostProfile,
  changes: Partial<SimOptions> = {},
): Promise<RunResult> {
  return runSim(plan, {
    host,
    percentiles: [50, 99],
    signal: new AbortController().signal,
    onBegin: async () => {},
    onDeath: () => {},
    onProgress: () => {},
    ...changes,
  });
}
