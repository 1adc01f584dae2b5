import type { VerifyResult } from '../../src/model/verify-result.js';
import { loadScenario } from '../../src/plan/scenario-file.js';
import { readStrategy } from '../../src/plan/strategy-text.js';
import { readScenarioReplay } from '../../src/verify/replay.js';
import { type Exploration, runTrials } from '../../src/verify/session.js';
import { verifyLock } from '../../src/verify/verify-lock.js';
import { verifyStrategy } from '../../src/verify/verify-strategy.js';
import { editorOf } from '../support/edit.js';
import { GRACE_EDITS, planGrace } from './mutants/grace.js';
import {
  LOCK_MUTANTS,
  type LockMutantName,
  lockMutantNames,
  lockMutantPath,
} from './mutants/locks.js';
import { MANAGER_MUTANTS, type ManagerMutant } from './mutants/managers.js';

/** Everything that is wrong on purpose, whatever it is, as the checker is tried on it. */
export interface Mutant {
  readonly name: string;
  readonly wrong: string;
  /** What is tried, and with what. */
  readonly trial: string;
  /** What it may be found as. */
  readonly kinds: readonly string[];
  readonly verify: (
    exploration: Exploration,
  ) => Promise<Pick<VerifyResult, 'trials' | 'violation'>>;
}

const forever = new AbortController().signal;

const SIZE = { threads: 3, acquisitions: 2 };

function ofLock(name: LockMutantName): Mutant {
  const lock = lockMutantPath(name);
  return {
    name,
    ...LOCK_MUTANTS[name],
    trial: '3 threads, 2 acquisitions each',
    verify: (exploration) => verifyLock({ ...exploration, ...SIZE, lock, replay: null }, forever),
  };
}

/**
 * @param isMistaken false: the same of the shipped code
 * @param replay what a violation printed
 */
export function verifyManager(
  { strategy, scenario, edits, keepsTokens = false }: ManagerMutant,
  exploration: Exploration,
  { isMistaken = true, replay = '' } = {},
): Promise<VerifyResult> {
  const mistake = isMistaken ? { edit: editorOf(edits), keepsTokens } : {};
  return verifyStrategy(
    {
      ...exploration,
      strategy: readStrategy(strategy, '--strategy'),
      strategyText: strategy,
      scenarios: [loadScenario(scenario)],
      stepsLocks: false,
      replay: replay === '' ? null : readScenarioReplay(replay),
      mistake,
    },
    forever,
  );
}

function ofManager([name, mutant]: [string, ManagerMutant]): Mutant {
  return {
    name,
    ...mutant,
    trial: `${mutant.strategy}, ${mutant.scenario}`,
    verify: (exploration) => verifyManager(mutant, exploration),
  };
}

/** Of the kernel around the manager. */
const GRACE_UNDER_MUTEX: Mutant = {
  name: 'grace-under-mutex',
  wrong: 'waits for a grace period under the mutex that the readers need',
  trial: 'linux-6.17, assign during a shutdown',
  kinds: ['deadlock'],
  verify: async (exploration) =>
    runTrials([await planGrace(GRACE_EDITS)], exploration, forever, () => {}),
};

export const MUTANTS: readonly Mutant[] = [
  ...lockMutantNames.map(ofLock),
  ...Object.entries(MANAGER_MUTANTS).map(ofManager),
  GRACE_UNDER_MUTEX,
];
