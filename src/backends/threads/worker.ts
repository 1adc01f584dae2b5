import { type Algorithms, loadAlgorithms } from '../../irqbypass/algorithms.js';
import { createManager } from '../../irqbypass/bypass-layout.js';
import type { Lock } from '../../locks/lock.js';
import { SlowLock } from '../../locks/slow-lock.js';
import { Recorder } from '../../measure/recorder.js';
import { Counters } from '../../sync/counters.js';
import { allocateMemory, type SharedMemory, viewMemory } from '../../sync/memory.js';
import {
  type HostLayout,
  type HostPlan,
  layOutHost,
  Meeting,
  progressWord,
} from '../../vm/host.js';
import { VmLife } from '../../vm/life.js';
import { Population } from '../../vm/populate.js';
import { DoomedLock } from './doomed-lock.js';
import { pinThisThread } from './pin.js';
import { smallPlan } from './rehearsal.js';
import type { VmTask } from './task.js';

/** Twice to three times what the optimising compiler was measured to need: 4,000 and less. */
const COMPILING_REGISTRATIONS = 12_000;

/**
 * A burst VM's side of the thread boundary: makes itself ready, waits at the gate, lives.
 */
export default async function liveOnThread(task: VmTask): Promise<void> {
  if (task.cpu !== null) pinThisThread(task.cpu);
  const algorithms = await loadAlgorithms(task.plan.strategy);
  const memory = viewMemory(task.buffer);
  const counters = new Counters(memory, task.layout.countersAt, task.vm);
  // Counted in its own cells, where the main thread sees how far it is and what it waits for.
  rehearse(task, algorithms, counters);
  compileByRunning(task, algorithms, counters);
  const meeting = new Meeting(memory, task.layout, task.plan.burst);
  const life = buildLife(
    memory,
    task.layout,
    task.plan,
    algorithms,
    task,
    task.vm,
    counters,
    meeting,
  );
  meeting.gate.enter(meeting.stop);
  life.run();
}

function buildLife(
  memory: SharedMemory,
  layout: HostLayout,
  plan: HostPlan,
  algorithms: Algorithms,
  task: VmTask,
  vm: number,
  counters: Counters,
  meeting: Meeting,
): VmLife {
  const manager = createManager({
    memory,
    layout: layout.bypass,
    algorithms,
    costs: plan,
    self: vm,
    counters,
    wrapLock: (lock) => applyFault(lock, memory, layout, task, vm, counters),
  });
  const recorder = new Recorder(memory, layout.recorders, vm);
  return new VmLife(memory, layout, plan, vm, manager, recorder, counters, meeting);
}

function applyFault(
  lock: Lock,
  memory: SharedMemory,
  layout: HostLayout,
  task: VmTask,
  vm: number,
  counters: Counters,
): Lock {
  const { fault } = task;
  if (fault === null) return lock;
  const isScratch = layout !== task.layout;
  if (fault.kind === 'slow-lock') return new SlowLock(lock, isScratch ? 1 : fault.factor, counters);
  if (isScratch || fault.vm !== vm) return lock;
  return new DoomedLock(lock, fault, memory.words, progressWord(layout, vm), layout.doomAt);
}

/** With all other burst VMs: every way that contention takes is taken once. */
function rehearse(task: VmTask, algorithms: Algorithms, counters: Counters): void {
  const { buffer, layout, plan } = task.rehearsal;
  const memory = viewMemory(buffer);
  const meeting = new Meeting(memory, layout, plan.burst);
  buildLife(memory, layout, plan, algorithms, task, task.vm, counters, meeting).run();
}

/**
 * Runs the whole path on scratch memory until it is compiled, so that the first samples are not
 * the interpreter's. Alone, on a small host, without holds and costs: only the code is meant.
 */
function compileByRunning(task: VmTask, algorithms: Algorithms, counters: Counters): void {
  const { irqfds } = task.rehearsal.plan;
  const rounds = Math.ceil(COMPILING_REGISTRATIONS / irqfds);
  const plan = smallPlan(task.plan, { burst: 1, rounds });
  const layout = layOutHost(plan, algorithms);
  const memory = allocateMemory(layout.bytes);
  const population = new Population(memory, layout, plan, algorithms);
  population.advance(plan.vms + plan.burst);
  const meeting = new Meeting(memory, layout, 1);
  meeting.pace.releaseAll();
  buildLife(memory, layout, plan, algorithms, task, 0, counters, meeting).run();
  counters.reset();
}
