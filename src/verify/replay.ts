import { usageError } from '../errors.js';
import type { LockTrial } from './lock-program.js';
import { readSchedule, spellSchedule } from './schedule.js';

/**
 * Replay strings: what a schedule is of, and the schedule. Of a lock alone a trial, `3x2:a5b3`; of
 * a strategy a scenario and a fingerprint of both, `two-consumers@3fa2:a5b3`.
 */

const FORM = /^([2-4])x(\d{1,2})(m?)(?:n([2-4]))?:(.*)$/;

export function spellTrial(trial: LockTrial, choices: readonly number[]): string {
  const { threads, acquisitions, mode, nodes } = trial;
  const nodesText = nodes === 1 ? '' : `n${nodes}`;
  return `${threads}x${acquisitions}${mode === 'mixed' ? 'm' : ''}${nodesText}:${spellSchedule(choices)}`;
}

/**
 * @param isOwn whether the lock is a user's own
 * @throws IrqbenchError (2) where the text is no replay string
 */
export function readReplay(
  text: string,
  isOwn: boolean,
): {
  readonly trial: LockTrial;
  readonly choices: readonly number[];
} {
  const [, threads, acquisitions, mixed, nodes, schedule] = FORM.exec(text) ?? [];
  const choices = schedule === undefined ? undefined : readSchedule(schedule);
  if (choices === undefined) {
    throw usageError(
      `--replay ${text}: is no schedule; give what verify printed, such as 3x2:a5b3a`,
    );
  }
  const trial: LockTrial = {
    threads: Number(threads),
    acquisitions: Number(acquisitions),
    mode: mixed === 'm' ? 'mixed' : 'exclusive',
    nodes: Number(nodes ?? 1),
    isOwn,
  };
  return { trial, choices };
}

/** A schedule of a scenario. */
export interface ScenarioReplay {
  /** The scenario's name, without folder or extension. */
  readonly name: string;
  /** Of the strategy and the scenario that it was printed for. */
  readonly print: string;
  readonly choices: readonly number[];
}

const SCENARIO_FORM = /^([\w.-]+)@([0-9a-f]{4}):(.*)$/;

/** `mine` of `./scenarios/mine.yaml`. */
export function shortName(scenario: string): string {
  return scenario
    .replace(/^.*[/\\]/, '')
    .replace(/\.ya?ml$/, '')
    .replace(/[^\w.-]/g, '_');
}

export function spellScenario(name: string, print: string, choices: readonly number[]): string {
  return `${shortName(name)}@${print}:${spellSchedule(choices)}`;
}

/** @throws IrqbenchError (2) where the text is no replay string of a scenario */
export function readScenarioReplay(text: string): ScenarioReplay {
  const [, name = '', print = '', schedule] = SCENARIO_FORM.exec(text) ?? [];
  const choices = schedule === undefined ? undefined : readSchedule(schedule);
  if (choices !== undefined) return { name, print, choices };
  throw usageError(
    `--replay ${text}: is no schedule of a scenario; give what verify printed, such as two-consumers@3fa2:a5b3`,
  );
}
