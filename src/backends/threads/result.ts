import { collectWarnings } from '../../measure/warnings.js';
import { type RunResult, SCHEMA_VERSION } from '../../model/run-result.js';
import { VERSION } from '../../version.js';
import { collect, deterministicMetrics } from './collect.js';
import type { Session } from './session.js';

/** What is the same for all sessions of a process. */
export type Surroundings = Pick<RunResult, 'environment' | 'timer'>;

export interface Phases {
  readonly setupNs: number;
  readonly startNs: number;
}

/** The result of a session that has ended. */
export function resultOf(
  session: Session,
  surroundings: Surroundings,
  phases: Phases,
  percentiles: readonly number[],
): RunResult {
  const { plan, layout, algorithms } = session.preparation;
  const { meter, failure } = session;
  const collected = collect(session.memory, layout, plan, algorithms, percentiles);
  const isComplete = failure === null && session.isComplete;
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'irqbench', version: VERSION },
    backend: 'threads',
    plan,
    seed: plan.seed,
    ...surroundings,
    partial: !isComplete,
    // VMs that were cut off could not clean up; that is no fault of the manager's.
    failure: failure ?? (session.isCutOff ? null : damageIn(collected.audit)),
    warnings: collectWarnings({
      plan,
      ...surroundings,
      stolenShare: meter.stolenShare,
      lockWaiting: algorithms.lock.waiting,
      ...collected,
    }),
    deterministic: isComplete ? deterministicMetrics(plan) : [],
    timing: { ...phases, runNs: meter.runNs, cpuNs: meter.cpuNs },
    ...collected,
  };
}

function damageIn({ damage, findings }: RunResult['audit']): string | null {
  return damage === 0 ? null : `the audit found damage: ${findings[0]}`;
}
