import { loadAlgorithms } from '../../irqbypass/algorithms.js';
import { Counters } from '../../sync/counters.js';
import { Meeting } from '../../vm/host.js';
import { compileByRunning, hostOf, lifeOf, rehearsalOf } from './make-ready.js';
import { pinThisThread } from './pin.js';
import type { VmTask } from './task.js';

/**
 * A burst VM's side of the thread boundary: makes itself ready, waits at the gate, lives.
 */
export default async function liveOnThread(task: VmTask): Promise<void> {
  if (task.cpu !== null) pinThisThread(task.cpu);
  const { layout, plan, vm } = task;
  const algorithms = await loadAlgorithms(task.plan.strategy);
  const host = hostOf(task, algorithms);
  // Counted in its own cells, where the main thread sees how far it is and what it waits for.
  const counters = new Counters(host.memory, layout.countersAt, vm);
  lifeOf(rehearsalOf(task, algorithms), task, vm, { counters }).run();
  compileByRunning(task, algorithms, counters);
  const life = lifeOf(host, task, vm);
  const { gate, stop } = new Meeting(host.memory, layout, plan.burst);
  gate.enter(stop);
  life.run();
}
