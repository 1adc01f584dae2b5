import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { CnaLock } from '../../locks/cna.js';
import { LOCKS, type LockSite } from '../../locks/lock.js';
import type { LockTorture, TortureWork } from '../../locks/torture.js';
import type { LockName } from '../../model/algorithm-names.js';
import type { HostProfile } from '../../model/host-profile.js';
import { loadSteppedLock } from '../../stepping/load-algorithms.js';
import type { Stepped } from '../../stepping/operation.js';
import { World } from '../../stepping/world.js';
import { Counters, reserveCounters } from '../../sync/counters.js';
import { type Cpus, reserveCpus } from '../../sync/cpu.js';
import { Layout, LINE_BYTES, LINE_WORDS } from '../../sync/layout.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { StopWord } from '../../sync/stop.js';
import { allocate } from '../allocate.js';
import { CacheLines } from './cache-lines.js';
import { costsOf } from './costs.js';
import { Machine } from './machine.js';
import { placeThreads, type Seat } from './placement.js';
import { PlainWork } from './plain-work.js';
import { Topology } from './topology.js';

/** `locktorture` on a simulated machine: threads that fight for one lock and do nothing else. */

/** Events between two looks at the virtual clock, and between two looks at the signal. */
const EVENTS_A_LOOK = 200;
const LOOKS_A_SLICE = 100;

export interface TorturePlan {
  readonly lock: LockName;
  /** Spread over the sockets in equal runs, as the lock is told. */
  readonly threads: number;
  readonly work: TortureWork;
  /** Virtual time. */
  readonly forNs: number;
  readonly seed: number;
  /** Where the lock is `cna`. */
  readonly cnaLocalHandOffs: number;
}

export interface TortureOutcome {
  /** Critical sections of all threads together. */
  readonly sections: number;
  /** Virtual time that it took. */
  readonly ns: number;
}

/** @returns null where the signal came first */
export async function simulateTorture(
  profile: HostProfile,
  plan: TorturePlan,
  signal: AbortSignal,
): Promise<TortureOutcome | null> {
  const topology = new Topology(profile);
  const costs = costsOf(profile);
  const layout = layOut(plan);
  const memory = allocate(layout.bytes);
  const lines = new CacheLines(layout.bytes / LINE_BYTES, topology, costs);
  const work = new PlainWork(memory, lines);
  const world = new World({ touches: work });
  const machine = new Machine({
    topology,
    costs,
    memory,
    lines,
    work,
    register: world.register,
    seed: plan.seed,
    walks: { begin: () => {}, endNs: () => 0 },
  });
  const { threads } = plan;
  const seats = placeThreads({ burst: threads, nodes: topology.sockets, pin: 'off' }, topology);
  const codes = await stepThreads(world, plan, topology.sockets, layout, memory);
  for (const [self, code] of codes.entries()) {
    const { cpu, allowed } = seats[self] as Seat;
    machine.add(code, cpu, allowed);
  }
  for (let look = 1; machine.nowNs < plan.forNs; look++) {
    machine.run(EVENTS_A_LOOK);
    if (look % LOOKS_A_SLICE !== 0) continue;
    await yieldToEvents();
    if (signal.aborted) return null;
  }
  let sections = 0;
  for (let self = 0; self < threads; self++) {
    sections += memory.words[layout.countsAt + self * LINE_WORDS] as number;
  }
  return { sections, ns: machine.nowNs };
}

function layOut({ lock, threads }: TorturePlan) {
  const layout = new Layout();
  const parts = {
    lockAt: layout.reserve(LOCKS[lock].words(threads)),
    sharedAt: layout.reserve(1),
    stopAt: layout.reserve(1),
    countsAt: layout.reserve(threads * LINE_WORDS),
    countersAt: reserveCounters(layout, threads),
    cpusAt: reserveCpus(layout, threads),
  };
  return { ...parts, bytes: layout.totalBytes };
}

async function stepThreads(
  world: World,
  { lock, threads, work, seed, cnaLocalHandOffs }: TorturePlan,
  nodes: number,
  layout: ReturnType<typeof layOut>,
  memory: SharedMemory,
): Promise<Stepped[]> {
  const algorithm = await loadSteppedLock(world, lock);
  const stepped = {
    ...(await world.load('locks/cna')),
    ...(await world.load('locks/torture')),
    ...(await world.load('sync/cpu')),
    ...(await world.load('sync/stop')),
  } as unknown as {
    readonly CnaLock: typeof CnaLock;
    readonly LockTorture: typeof LockTorture;
    readonly Cpus: typeof Cpus;
    readonly StopWord: typeof StopWord;
  };
  const createLock = (site: LockSite) =>
    lock === 'cna' ? new stepped.CnaLock(site, cnaLocalHandOffs) : algorithm.create(site);
  return Array.from({ length: threads }, (_, self) => {
    const { lockAt, sharedAt, stopAt, countsAt, countersAt, cpusAt } = layout;
    const torture = new stepped.LockTorture(
      createLock({
        memory,
        at: lockAt,
        threads,
        counters: new Counters(memory, countersAt, self),
        cpus: new stepped.Cpus(memory, cpusAt, threads, nodes),
      }),
      new stepped.StopWord(memory.words, stopAt),
      sharedAt,
      countsAt + self * LINE_WORDS,
      self,
      seed,
      work,
    );
    return torture.run() as unknown as Stepped;
  });
}
