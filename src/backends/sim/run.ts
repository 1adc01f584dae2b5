import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { interruptedError, usageError } from '../../errors.js';
import { loadAlgorithms } from '../../irqbypass/algorithms.js';
import { cpusOfProfile, type HostProfile } from '../../model/host-profile.js';
import type { RunPlan } from '../../model/run-plan.js';
import { latencyNames, type RunResult } from '../../model/run-result.js';
import { LINE_BYTES } from '../../sync/layout.js';
import type { SharedMemory } from '../../sync/memory.js';
import { formatNs } from '../../units.js';
import { type HostLayout, layOutHost, Meeting } from '../../vm/host.js';
import { Population } from '../../vm/populate.js';
import { allocate } from '../allocate.js';
import type { RunOptions } from '../backend.js';
import { deterministicMetrics } from '../collect.js';
import { requireMemory } from '../memory-demand.js';
import { resultOfRun } from '../result.js';
import { progressAt, slowestRound } from '../round-progress.js';
import { WhoWaits } from '../who-waits.js';
import { bytesALine } from './cache-lines.js';
import type { Machine } from './machine.js';
import { simulateHost } from './simulated-host.js';
import { ThreadDied } from './thread-runner.js';

/** VMs set up between two looks at the events: about 10 ms of work. */
const VMS_A_SLICE = 500;
/** Events between two looks at the wall clock, and how long it may be until the next look around. */
const EVENTS_A_LOOK = 500;
const SLICE_MS = 40;
/** How long VMs get to end by themselves once the run is over, by the wall clock. */
const GRACE_MS = 1000;
/** A thread's objects and generators, generously. */
const THREAD_BYTES = 50e3;

export interface SimOptions extends RunOptions {
  readonly host: HostProfile;
  /** Whether an interrupt lets the set-up be finished, for the sake of what others have measured. */
  readonly keepsSetUp?: boolean;
}

/**
 * Runs a plan on a simulated host, in virtual time. With the same plan, seed and host the result
 * is the same to the byte, whenever and wherever it is run.
 * @throws IrqbenchError (2) where the plan has what cannot be simulated, or a module of the user's
 *   own cannot be stepped
 */
export async function runSim(plan: RunPlan, options: SimOptions): Promise<RunResult> {
  checkPlan(plan);
  const algorithms = await loadAlgorithms(plan.strategy);
  // As many workers as shutdowns can be under way at once: a VM waits for each of its own.
  const layout = layOutHost(plan, algorithms, plan.burst, true);
  requireMemory([{ plan, layout, backendBytes: bytesBeside(layout, options.host) }]);
  const memory = allocate(layout.bytes);
  const machine = await simulateHost(plan, options.host, layout, memory);
  await options.onBegin();
  await setUp(new Population(memory, layout, plan, algorithms), plan, options);
  new Meeting(memory, layout, plan.burst).pace.releaseAll();
  const failure = await live(machine, plan, layout, memory, options);
  return resultOfRun(
    {
      backend: 'sim',
      environment: options.host,
      timer: null,
      plan,
      memory,
      layout,
      algorithms,
      failure,
      isComplete: slowestRound(plan, layout, memory) > plan.rounds,
      isCutOff: machine.alive > 0,
      deterministic: [...deterministicMetrics(plan), ...VIRTUAL_METRICS],
      timing: { setupNs: 0, startNs: 0, runNs: machine.nowNs, cpuNs: machine.busyNs },
      stolenShare: 0,
    },
    options.percentiles,
  );
}

/** What the simulated machine keeps of each line of the memory, and of each thread. */
function bytesBeside({ bytes, threads }: HostLayout, host: HostProfile): number {
  return (bytes / LINE_BYTES) * (bytesALine(cpusOfProfile(host)) + 2) + threads * THREAD_BYTES;
}

/** What virtual time makes repeat as well. */
const VIRTUAL_METRICS = [
  ...latencyNames.flatMap((name) =>
    ['minNs', 'meanNs', 'maxNs'].map((figure) => `latency.${name}.${figure}`),
  ),
  ...['contended', 'waitTotalNs', 'waitMaxNs', 'parks', 'wakes'].map((figure) => `lock.${figure}`),
  'timing.runNs',
  'timing.cpuNs',
];

function checkPlan({ fault, background }: RunPlan): void {
  if (fault !== null && fault.kind !== 'slow-lock') {
    throw usageError(
      `--fault ${fault.kind}: no thread dies in a simulation; give slow-lock, or --backend threads`,
    );
  }
  if (background === 'threads') {
    throw usageError(
      '--background threads: simulated background VMs are state; give state, or --backend threads',
    );
  }
}

async function setUp(
  population: Population,
  { vms, burst }: RunPlan,
  { signal, onProgress, keepsSetUp = false }: SimOptions,
): Promise<void> {
  while (population.advance(VMS_A_SLICE)) {
    onProgress({ phase: 'set-up', done: population.vmsDone, total: vms + burst });
    await yieldToEvents();
    if (signal.aborted && !keepsSetUp) {
      throw interruptedError('interrupted before the first round');
    }
  }
}

/** @returns what went wrong, or null */
async function live(
  machine: Machine,
  plan: RunPlan,
  layout: HostLayout,
  memory: SharedMemory,
  { signal, onProgress, onDeath }: SimOptions,
): Promise<string | null> {
  const meeting = new Meeting(memory, layout, plan.burst);
  const who = new WhoWaits(memory, layout, plan);
  const stall = new VirtualStall(who, plan.stallTimeoutNs);
  let overMs = Number.POSITIVE_INFINITY;
  while (!machine.isOver) {
    const death = runSlice(machine, stall.nextLookNs);
    if (death !== null) {
      onDeath(death.cause);
      return `${who.name(death.thread)} died: ${death.message}`;
    }
    if (machine.nextNs > stall.nextLookNs) {
      const stuck = stall.look();
      if (stuck !== undefined) return stuck;
    }
    onProgress(progressAt(slowestRound(plan, layout, memory), plan));
    await yieldToEvents();
    if (performance.now() > overMs + GRACE_MS) return null;
    if (!signal.aborted || overMs < Number.POSITIVE_INFINITY) continue;
    overMs = performance.now();
    // Whoever sleeps or waits wakes, cleans up and leaves.
    meeting.cancel();
    machine.wakeOutdated();
  }
  if (machine.alive === 0) return null;
  return `nothing is left to happen: ${who.describe() ?? 'all threads sleep'}`;
}

/** @returns the first death on the way, if there was one */
function runSlice(machine: Machine, untilNs: number): ThreadDied | null {
  const endMs = performance.now() + SLICE_MS;
  try {
    while (performance.now() < endMs && !machine.isOver && machine.nextNs <= untilNs) {
      machine.run(EVENTS_A_LOOK, untilNs);
    }
  } catch (thrown) {
    if (thrown instanceof ThreadDied) return thrown;
    throw thrown;
  }
  return null;
}

/** Finds out that VMs get nowhere, by looks at set moments of virtual time: the same each time. */
class VirtualStall {
  nextLookNs: number;
  private readonly who: WhoWaits;
  private readonly limitNs: number;
  private seen = -1;

  /** @param limitNs 0: never */
  constructor(who: WhoWaits, limitNs: number) {
    this.who = who;
    this.limitNs = limitNs;
    this.nextLookNs = limitNs === 0 ? Number.POSITIVE_INFINITY : limitNs;
  }

  /** @returns who waits for whom, where nobody got anywhere since the last look */
  look(): string | undefined {
    this.nextLookNs += this.limitNs;
    const before = this.seen;
    this.seen = this.who.progress();
    if (this.seen !== before) return undefined;
    const who = this.who.describe();
    return who && `no progress for ${formatNs(this.limitNs)}: ${who}`;
  }
}
