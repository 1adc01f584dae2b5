import type { LockStatistics, RunResult } from '../model/run-result.js';
import { COUNTER, type CounterName, Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';

/** What all threads counted, added up: the lock's statistics and the work counters. */
export type Totals = Readonly<Record<CounterName, number>>;

export function addUpCounters(memory: SharedMemory, first: number, threads: number[]): Totals {
  const totals = Object.fromEntries(Object.keys(COUNTER).map((name) => [name, 0])) as Record<
    CounterName,
    number
  >;
  for (const thread of threads) {
    const counters = new Counters(memory, first, thread);
    for (const name of Object.keys(COUNTER) as CounterName[]) {
      const value = counters.read(COUNTER[name]);
      totals[name] = name === 'waitMaxNs' ? Math.max(totals[name], value) : totals[name] + value;
    }
  }
  return totals;
}

export function lockStatistics(totals: Totals): LockStatistics {
  return {
    acquisitions: totals.acquisitions,
    contended: totals.contended,
    waitTotalNs: totals.waitTotalNs,
    waitMeanNs: totals.contended === 0 ? null : totals.waitTotalNs / totals.contended,
    waitMaxNs: totals.waitMaxNs,
    parks: totals.parks,
    wakes: totals.wakes,
  };
}

export function connectCost(totals: Totals, askedNs: number): RunResult['connectCost'] {
  const { costsPaid: paid, costPaidNs } = totals;
  return { askedNs, paid, achievedMeanNs: paid === 0 ? null : costPaidNs / paid };
}

export function workCounters(totals: Totals): RunResult['work'] {
  const errors: Record<string, number> = {};
  if (totals.errorBusy > 0) errors.EBUSY = totals.errorBusy;
  if (totals.errorNoMemory > 0) errors.ENOMEM = totals.errorNoMemory;
  if (totals.errorInvalid > 0) errors.EINVAL = totals.errorInvalid;
  if (totals.errorCallback > 0) errors.EIO = totals.errorCallback;
  return {
    registrations: totals.registrations,
    deregistrations: totals.deregistrations,
    nodesVisited: totals.nodesVisited,
    connects: totals.connects,
    disconnects: totals.disconnects,
    connectFailures: totals.connectFailures,
    optedOut: totals.optedOut,
    callbacksUnderLock: totals.callbacksUnderLock,
    warnings: totals.warnings,
    errors,
  };
}
