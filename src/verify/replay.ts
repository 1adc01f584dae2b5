import { usageError } from '../errors.js';
import type { LockTrial } from './lock-program.js';
import { readSchedule, spellSchedule } from './schedule.js';

/** Replay strings: a trial and a schedule of it. */

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
