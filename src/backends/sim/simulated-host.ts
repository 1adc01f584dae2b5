import type { Algorithms } from '../../irqbypass/algorithms.js';
import type { createManager } from '../../irqbypass/bypass-layout.js';
import type { Lock } from '../../locks/lock.js';
import type { SlowLock } from '../../locks/slow-lock.js';
import type { Recorder } from '../../measure/recorder.js';
import type { HostProfile } from '../../model/host-profile.js';
import type { RunPlan } from '../../model/run-plan.js';
import { loadSteppedAlgorithms } from '../../stepping/load-algorithms.js';
import type { Stepped } from '../../stepping/operation.js';
import { World } from '../../stepping/world.js';
import type { Counters } from '../../sync/counters.js';
import { LINE_BYTES } from '../../sync/layout.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { HostLayout, Meeting } from '../../vm/host.js';
import type { VmLife } from '../../vm/life.js';
import { CacheLines } from './cache-lines.js';
import { costsOf } from './costs.js';
import { Machine } from './machine.js';
import { placeThreads } from './placement.js';
import { PlainWork } from './plain-work.js';
import { Topology } from './topology.js';
import { walkCostOf } from './walk-cost.js';
import { Walks } from './walks.js';

/** A host of VMs on a simulated machine: the modules of their life, stepped. */

/** What of a world's modules a VM's life is put together from. */
interface Modules {
  readonly createManager: typeof createManager;
  readonly Counters: typeof Counters;
  readonly Meeting: typeof Meeting;
  readonly Recorder: typeof Recorder;
  readonly SlowLock: typeof SlowLock;
  readonly VmLife: typeof VmLife;
}

const MODULES = [
  'irqbypass/bypass-layout',
  'locks/slow-lock',
  'measure/recorder',
  'sync/counters',
  'vm/host',
  'vm/life',
];

/**
 * @param memory may be populated afterwards: nobody runs before the machine does
 * @throws IrqbenchError (2) where a module of the user's own cannot be stepped, or the host has
 *   not the CPUs that VMs are pinned to
 */
export async function simulateHost(
  plan: RunPlan,
  profile: HostProfile,
  layout: HostLayout,
  memory: SharedMemory,
): Promise<Machine> {
  const topology = new Topology(profile);
  const costs = costsOf(profile);
  const lines = new CacheLines(Math.ceil(layout.bytes / LINE_BYTES), topology, costs);
  const work = new PlainWork(memory, lines);
  const world = new World({ touches: work });
  const walks = new Walks(
    memory,
    layout.countersAt,
    plan.burst,
    plan.strategy,
    layout.bypass.consumers.count,
    walkCostOf(profile),
  );
  const { register } = world;
  const extraNs = (thread: number) => walks.takeNs(thread);
  const { seed } = plan;
  const parts = { topology, costs, memory, lines, work, register, seed, extraNs };
  const machine = new Machine(parts);
  const modules = await loadModules(world);
  const algorithms = await loadSteppedAlgorithms(world, plan.strategy);
  for (const [vm, { cpu, allowed }] of placeThreads(plan, topology).entries()) {
    machine.add(lifeOf(plan, layout, memory, vm, modules, algorithms), cpu, allowed);
  }
  return machine;
}

async function loadModules(world: World): Promise<Modules> {
  let exports = {};
  for (const path of MODULES) exports = { ...exports, ...(await world.load(path)) };
  return exports as Modules;
}

function lifeOf(
  plan: RunPlan,
  layout: HostLayout,
  memory: SharedMemory,
  vm: number,
  modules: Modules,
  algorithms: Algorithms,
): Stepped {
  const counters = new modules.Counters(memory, layout.countersAt, vm);
  const { fault } = plan;
  const wrapLock = (lock: Lock) =>
    fault?.kind === 'slow-lock' ? new modules.SlowLock(lock, fault.factor, counters) : lock;
  const manager = modules.createManager({
    memory,
    layout: layout.bypass,
    algorithms,
    costs: plan,
    self: vm,
    counters,
    wrapLock,
  });
  const recorder = new modules.Recorder(memory, layout.recorders, vm);
  const meeting = new modules.Meeting(memory, layout, plan.burst);
  const life = new modules.VmLife(memory, layout, plan, vm, manager, recorder, counters, meeting);
  return (life as unknown as { run(): Stepped }).run();
}
