import type { RunResult } from '../../model/run-result.js';
import { deterministicMetrics } from '../collect.js';
import { resultOfRun } from '../result.js';
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
  const { meter, failure, isComplete, isCutOff, memory } = session;
  const { plan } = session.preparation;
  return resultOfRun(
    {
      ...session.preparation,
      ...surroundings,
      backend: 'threads',
      memory,
      failure,
      isComplete,
      isCutOff,
      deterministic: deterministicMetrics(plan),
      timing: { ...phases, runNs: meter.runNs, cpuNs: meter.cpuNs },
      stolenShare: meter.stolenShare,
    },
    percentiles,
  );
}
