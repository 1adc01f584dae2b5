import type { RealResult } from '../model/real-result.js';
import type { LockRow } from './reading.js';

/**
 * The rows of `perf lock contention` that are of the manager's lock, added up. perf sees who
 * waited: how often the lock was taken without a wait, it does not.
 */

/** perf names a lock by the function that waited for it. */
export const MANAGER_CALLER = 'irq_bypass_';

export function addUpLocks(rows: readonly LockRow[], caller: string): RealResult['lock'] {
  const own = rows.filter((row) => row.caller.includes(caller));
  if (own.length === 0) return null;
  const sum = (of: (row: LockRow) => number) => own.reduce((total, row) => total + of(row), 0);
  const contended = sum((row) => row.contended);
  const waitTotalNs = sum((row) => row.waitTotalNs);
  return {
    acquisitions: null,
    contended,
    waitTotalNs,
    waitMeanNs: contended === 0 ? null : waitTotalNs / contended,
    waitMaxNs: own.reduce<number | null>(
      (most, row) => (row.waitMaxNs === null ? most : Math.max(most ?? 0, row.waitMaxNs)),
      null,
    ),
    parks: null,
    wakes: null,
    type: [...new Set(own.map(({ type }) => type))].join(', '),
  };
}
