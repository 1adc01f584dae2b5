import { loadAlgorithms } from '../../irqbypass/algorithms.js';
import { Counters } from '../../sync/counters.js';
import { Meeting } from '../../vm/host.js';
import { cleanUpServerOf, compileByRunning, hostOf, rehearsalOf } from './make-ready.js';
import type { CleanUpTask } from './task.js';

/**
 * The side of the thread boundary that serves the clean-up queue: ready when the burst VMs are,
 * and there until the last of them has left.
 */
export default async function serveOnThread(task: CleanUpTask): Promise<void> {
  const { layout, plan, worker } = task;
  const algorithms = await loadAlgorithms(task.plan.strategy);
  const host = hostOf(task, algorithms);
  const counters = new Counters(host.memory, layout.countersAt, plan.burst + worker);
  cleanUpServerOf(rehearsalOf(task, algorithms), task, worker, { counters }).serve();
  compileByRunning(task, algorithms, counters);
  const served = cleanUpServerOf(host, task, worker);
  const { gate, stop } = new Meeting(host.memory, layout, plan.burst);
  gate.enter(stop);
  served.serve();
}
