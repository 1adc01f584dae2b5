import type { Lock } from '../../locks/lock.js';
import type { SlowLock } from '../../locks/slow-lock.js';
import type { HostProfile } from '../../model/host-profile.js';
import type { RunPlan } from '../../model/run-plan.js';
import { loadSteppedAlgorithms } from '../../stepping/load-algorithms.js';
import type { Stepped } from '../../stepping/operation.js';
import { World } from '../../stepping/world.js';
import type { Counters } from '../../sync/counters.js';
import { LINE_BYTES } from '../../sync/layout.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { Host, SeatOptions } from '../../vm/create-life.js';
import type { HostLayout } from '../../vm/host.js';
import { CacheLines } from './cache-lines.js';
import { costsOf } from './costs.js';
import { Machine } from './machine.js';
import { placeThreads, type Seat } from './placement.js';
import { PlainWork } from './plain-work.js';
import { Topology } from './topology.js';
import { walkCostOf } from './walk-cost.js';
import { Walks } from './walks.js';

/** A host of VMs on a simulated machine: the modules of their life, stepped. */

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
    layout.threads,
    plan.strategy,
    layout.bypass.consumers.count,
    walkCostOf(profile),
  );
  const { register } = world;
  const { seed } = plan;
  const machine = new Machine({ topology, costs, memory, lines, work, register, seed, walks });
  const seats = placeThreads(plan, topology);
  const threads = await stepThreads(world, plan, layout, memory);
  for (const [thread, code] of threads.entries()) {
    // Workers come after the VMs, and begin beside them.
    const { cpu, allowed } = seats[thread % seats.length] as Seat;
    if (thread < plan.burst) machine.add(code, cpu, allowed);
    else machine.addFollower(code, cpu);
  }
  return machine;
}

/** The code of all threads: the burst VMs', then the workers' of the clean-up queue. */
async function stepThreads(
  world: World,
  plan: RunPlan,
  layout: HostLayout,
  memory: SharedMemory,
): Promise<Stepped[]> {
  const { createLife, createCleanUpServer } = (await world.load(
    'vm/create-life',
  )) as unknown as SteppedLives;
  const { SlowLock: Slow } = (await world.load('locks/slow-lock')) as unknown as {
    readonly SlowLock: typeof SlowLock;
  };
  const algorithms = await loadSteppedAlgorithms(world, plan.strategy);
  const host = { memory, layout, plan, algorithms };
  const { fault } = plan;
  // In virtual time a reading of the clock takes none.
  const wrapLock = (lock: Lock, counters: Counters) =>
    fault?.kind === 'slow-lock' ? new Slow(lock, fault.factor, 0, counters) : lock;
  return Array.from({ length: layout.threads }, (_, thread) =>
    thread < plan.burst
      ? createLife(host, thread, { wrapLock }).run()
      : createCleanUpServer(host, thread - plan.burst, { wrapLock }).serve(),
  );
}

/** `vm/create-life.ts` of a stepped world: what it makes are generators. */
interface SteppedLives {
  createLife(host: Host, vm: number, options: SeatOptions): { run(): Stepped };
  createCleanUpServer(host: Host, worker: number, options: SeatOptions): { serve(): Stepped };
}
