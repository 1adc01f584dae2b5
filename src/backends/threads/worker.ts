import { loadAlgorithms } from '../../irqbypass/algorithms.js';
import { Counters } from '../../sync/counters.js';
import type { Host, LifeOptions } from '../../vm/create-life.js';
import { Meeting } from '../../vm/host.js';
import { compileByRunning, hostOf, lifeOf, rehearsalOf } from './make-ready.js';
import { pinThisThread } from './pin.js';
import type { VmTask } from './task.js';
import { Yardstick } from './yardstick.js';

/**
 * A burst VM's side of the thread boundary: makes itself ready, waits at the gate, lives.
 */
export default async function liveOnThread(task: VmTask): Promise<void> {
  if (task.cpu !== null) pinThisThread(task.cpu);
  const { layout, plan, vm } = task;
  const algorithms = await loadAlgorithms(task.plan.strategy);
  const host = hostOf(task, algorithms);
  if (!task.isReady) {
    // Counted in its own cells, where the main thread sees how far it is and what it waits for.
    const counters = new Counters(host.memory, layout.countersAt, vm);
    lifeOf(rehearsalOf(task, algorithms), task, vm, { counters }).run();
    compileByRunning(task, algorithms, counters);
  }
  const meeting = new Meeting(host.memory, layout, plan.burst);
  const life = lifeOf(host, task, vm, besideYardstick(host, task, meeting));
  meeting.gate.enter(meeting.stop);
  life.run();
}

function besideYardstick(
  { memory }: Host,
  { yardstick, vm, plan, isReady }: VmTask,
  meeting: Meeting,
): LifeOptions {
  if (yardstick === null) return {};
  const isTogether = plan.release === 'together';
  return {
    wrapCreation: (creation) => {
      const beside = new Yardstick(memory, yardstick, vm, creation, meeting, isTogether);
      if (!isReady) beside.rehearse();
      return beside;
    },
  };
}
