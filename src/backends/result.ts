import type { Algorithms } from '../irqbypass/algorithms.js';
import { collectWarnings } from '../measure/warnings.js';
import type { RunPlan } from '../model/run-plan.js';
import { type RunResult, SCHEMA_VERSION } from '../model/run-result.js';
import type { SharedMemory } from '../sync/memory.js';
import { VERSION } from '../version.js';
import type { HostLayout } from '../vm/host.js';
import { collect } from './collect.js';

/** A run that has ended, on whatever it ran. */
export interface EndedRun extends Pick<RunResult, 'backend' | 'environment' | 'timer' | 'timing'> {
  readonly plan: RunPlan;
  readonly memory: SharedMemory;
  readonly layout: HostLayout;
  readonly algorithms: Algorithms;
  /** What went wrong first, or null. */
  readonly failure: string | null;
  /** Whether every VM did all its rounds. */
  readonly isComplete: boolean;
  /** Whether VMs had to be ended from outside: they could not clean up, which is no damage. */
  readonly isCutOff: boolean;
  /** What repeats exactly, where the run is complete. */
  readonly deterministic: readonly string[];
  /** Share of the machine's time that a hypervisor took during the run. */
  readonly stolenShare: number;
}

/** The result of a run, from the shared memory that it left behind. */
export function resultOfRun(run: EndedRun, percentiles: readonly number[]): RunResult {
  const { plan, memory, layout, algorithms, environment, timer, failure } = run;
  const collected = collect(memory, layout, plan, algorithms, percentiles);
  const isComplete = failure === null && run.isComplete;
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'irqbench', version: VERSION },
    backend: run.backend,
    plan,
    seed: plan.seed,
    environment,
    timer,
    partial: !isComplete,
    failure: failure ?? (run.isCutOff ? null : damageIn(collected.audit)),
    warnings: collectWarnings({
      plan,
      environment,
      timer,
      stolenShare: run.stolenShare,
      lockWaiting: algorithms.lock.waiting,
      ...collected,
    }),
    deterministic: isComplete ? [...run.deterministic] : [],
    timing: run.timing,
    ...collected,
  };
}

function damageIn({ damage, findings }: RunResult['audit']): string | null {
  return damage === 0 ? null : `the audit found damage: ${findings[0]}`;
}
