import { Worker } from 'node:worker_threads';
import { loadAlgorithms } from '../../src/irqbypass/algorithms.js';
import { LOCKS } from '../../src/locks/lock.js';
import { indexNames, type LockName } from '../../src/model/algorithm-names.js';
import type { Strategy } from '../../src/model/run-plan.js';
import { type Axes, axisValues, describeAxes, whyNot } from '../../src/plan/axes.js';
import { USER_INDEX } from '../support/contestants.js';
import type { ContractReport } from '../support/contract.worker.js';
import { LIMIT_MS, type Outcome, THREADS, Trial } from '../support/contract-trial.js';
import { SHARED_LOCKS } from '../support/shared-lock.js';
import { within } from '../support/watchdog.js';

/**
 * What every strategy must do with many threads: objects of all of them compete for a few tokens,
 * with duplicates, in both orders, with connects that fail; then everything must be in order.
 */

const HASH_BITS = 2;
const SHARDS = 3;

export interface Combination {
  readonly name: string;
  readonly strategy: Strategy;
  /** A lock of the tests instead of the strategy's. */
  readonly testLock: keyof typeof SHARED_LOCKS | null;
}

/** Every lock × index × scope × connect that the axes allow, and some that tests add. */
export function allCombinations(): Combination[] {
  const combinations: Combination[] = [];
  const add = (index: Strategy['index'], lock: LockName, testLock: Combination['testLock']) => {
    for (const scope of axisValues('scope')) {
      for (const connect of axisValues('connect')) {
        const shards = scope === 'global' ? 1 : SHARDS;
        const rest = { hashBits: HASH_BITS, bypass: 'on', noBypassShare: 0 } as const;
        const point: Axes = { index, lock, scope, shards, connect, ...rest };
        if (whyNot(point) !== undefined) continue;
        // Sharing is of no use to entries, whatever the lock is called.
        if (testLock !== null && scope === 'token') continue;
        const label = describeAxes(point)
          .replace(USER_INDEX, 'user')
          .replace(/, bypass.*/, '');
        const name = testLock === null ? label : label.replace(`lock ${lock}`, `lock ${testLock}`);
        combinations.push({ name, strategy: { name, ...point }, testLock });
      }
    }
  };
  for (const lock of Object.keys(LOCKS) as LockName[]) {
    for (const index of indexNames) add(index, lock, null);
  }
  add(USER_INDEX, 'mutex', null);
  for (const index of [...indexNames, USER_INDEX]) add(index, 'mutex', 'shared');
  return combinations;
}

/** The threads, which do one trial after the other. */
export class ContractCrew {
  private workers: Worker[] = [];

  /** @throws where the threads do not come to an end, saying who waits for what */
  async run(combination: Combination, seed: number): Promise<Outcome> {
    if (this.workers.length === 0) this.workers = Array.from({ length: THREADS }, hire);
    const { strategy, testLock } = combination;
    const loaded = await loadAlgorithms(strategy);
    const algorithms = testLock === null ? loaded : { ...loaded, lock: SHARED_LOCKS[testLock] };
    const trial = new Trial(strategy, testLock, algorithms, seed);
    try {
      const competed = this.reports(trial);
      this.workers.forEach((worker, self) => {
        worker.postMessage(trial.task(self));
      });
      await trial.ready();
      trial.begin();
      trial.look(await competed);
      const left = this.reports(trial);
      trial.letGo();
      return trial.finish(await left);
    } catch (thrown) {
      await this.dismiss();
      throw thrown;
    }
  }

  async dismiss(): Promise<void> {
    const { workers } = this;
    this.workers = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  /** The next report of every thread. */
  private reports(trial: Trial): Promise<ContractReport[]> {
    const all = this.workers.map(
      (worker) =>
        new Promise<ContractReport>((resolve, reject) => {
          worker.once('message', (report: ContractReport) => {
            worker.off('error', reject);
            resolve(report);
          });
          worker.once('error', reject);
        }),
    );
    return within(Promise.all(all), () => trial.describeWaits(), LIMIT_MS);
  }
}

function hire(): Worker {
  return new Worker(new URL('../support/contract.worker.js', import.meta.url));
}
