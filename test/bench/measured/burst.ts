import { createManager } from '../../../src/irqbypass/bypass-layout.js';
import type { Manager } from '../../../src/irqbypass/manager.js';
import { EVENTFD_HI, EVENTFD_LO } from '../../../src/irqbypass/objects.js';
import { resolveStrategy } from '../../../src/plan/strategies.js';
import { nowNs } from '../../../src/sync/clock.js';
import { COUNTER, Counters } from '../../../src/sync/counters.js';
import { allocateMemory } from '../../../src/sync/memory.js';
import { type HostPlan, layOutHost } from '../../../src/vm/host.js';
import { Population } from '../../../src/vm/populate.js';
import { MUTEX } from '../../support/sites.js';
import { fastest, midmean } from './averages.js';

/**
 * The load of test/native/burst.h on a manager of irqbench's: consumers that stay, and a burst
 * that takes turns to register and deregister. The host is set up as a run sets it up.
 */

const IRQFDS = 20;
/** With as many irqfds each, as many consumers come and go as in the default run. */
const BURST_VMS = 15;
export const BURST_CONSUMERS = BURST_VMS * IRQFDS;

/** Fewer leave some of the path to the interpreter or the baseline compiler. */
const COMPILING_REGISTRATIONS = 24_000;
const COMPILING_BATCHES = 24;
/** The host they are done on is small, so that they take milliseconds. */
const COMPILING_CONSUMERS = 80;

export interface BurstTask {
  readonly index: 'list' | 'xarray';
  /** Present throughout: a multiple of 20. */
  readonly consumers: number;
  readonly batches: number;
  /** Registrations, each followed by its deregistration, in a batch. */
  readonly count: number;
  readonly seed: number;
}

interface Host {
  readonly words: Int32Array;
  readonly manager: Manager;
  readonly counters: Counters;
  /** The addresses of those that come and go. */
  readonly burst: readonly number[];
}

function buildHost({ index, seed }: BurstTask, consumers: number): Host {
  const plan: HostPlan = {
    vms: consumers / IRQFDS,
    burst: BURST_VMS,
    irqfds: IRQFDS,
    rounds: 1,
    warmupRounds: 0,
    holdNs: 0,
    release: 'free',
    strategy: resolveStrategy('linux-6.2', { index }),
    producersPerVm: 0,
    producerOrder: 'before',
    connectCostNs: 0,
    connectMode: 'spin',
    connectFailureRate: 0,
    createCostNs: 0,
    irqchipCostNs: 0,
    destroyCostNs: 0,
    assignCostNs: 0,
    createWaits: [],
    phases: [],
    irqGraceNs: 0,
    destroyGraceNs: 0,
    tickNs: 0,
    nodes: 1,
    seed,
  };
  const layout = layOutHost(plan, MUTEX);
  const memory = allocateMemory(layout.bytes);
  new Population(memory, layout, plan, MUTEX).advance(plan.vms + plan.burst);
  const counters = new Counters(memory, layout.countersAt, 0);
  const manager = createManager({
    memory,
    layout: layout.bypass,
    algorithms: MUTEX,
    costs: plan,
    self: 0,
    counters,
  });
  const burst = Array.from(
    { length: BURST_CONSUMERS },
    (_, i) => memory.words[layout.consumerTableAt + i] as number,
  );
  return { words: memory.words, manager, counters, burst };
}

/**
 * The host to measure on, and the code compiled on another. In this order, because setting up
 * calls the same code in ways that registering does not, which would undo the compilation.
 */
function prepare(task: BurstTask, run: (host: Host, batches: number, count: number) => void): Host {
  const host = buildHost(task, task.consumers);
  const scratch = buildHost(task, COMPILING_CONSUMERS);
  // Several calls, so that the loop too is compiled whole, not only replaced while it runs.
  const count = COMPILING_REGISTRATIONS / COMPILING_BATCHES;
  for (let batch = 0; batch < COMPILING_BATCHES; batch++) run(scratch, 1, count);
  host.counters.reset();
  return host;
}

/** The clock read around each call; a batch's figure is the mean of its calls' middle half. */
export function measureCalls(task: BurstTask) {
  const host = prepare(task, timeCalls);
  const times = timeCalls(host, task.batches, task.count);
  return {
    ...times,
    /** By a registration and its deregistration together. */
    nodesVisited: host.counters.read(COUNTER.nodesVisited) / (task.batches * task.count),
  };
}

function timeCalls({ words, manager, burst }: Host, batches: number, calls: number) {
  const registerNs = new Float64Array(batches);
  const deregisterNs = new Float64Array(batches);
  const registerCalls = new Float64Array(calls);
  const deregisterCalls = new Float64Array(calls);
  for (let batch = 0, turn = 0; batch < batches; batch++) {
    for (let call = 0; call < calls; call++) {
      const consumer = burst[turn] as number;
      const hi = words[consumer + EVENTFD_HI] as number;
      const lo = words[consumer + EVENTFD_LO] as number;
      let begunNs = nowNs();
      const error = manager.registerConsumer(consumer, hi, lo);
      registerCalls[call] = nowNs() - begunNs;
      if (error !== 0) throw new Error(`registration refused: ${error}`);
      begunNs = nowNs();
      manager.unregisterConsumer(consumer);
      deregisterCalls[call] = nowNs() - begunNs;
      if (++turn === burst.length) turn = 0;
    }
    registerNs[batch] = midmean(registerCalls);
    deregisterNs[batch] = midmean(deregisterCalls);
  }
  return { registerNs: fastest(registerNs), deregisterNs: fastest(deregisterNs) };
}

/** The clock read around each batch alone. */
export function measurePairs(task: BurstTask) {
  return timePairs(prepare(task, timePairs), task.batches, task.count);
}

function timePairs(host: Host, batches: number, pairs: number) {
  const pairNs = new Float64Array(batches);
  for (let batch = 0; batch < batches; batch++) {
    const begunNs = nowNs();
    doPairs(host, pairs);
    pairNs[batch] = (nowNs() - begunNs) / pairs;
  }
  return { pairNs: fastest(pairNs) };
}

function doPairs({ words, manager, burst }: Host, pairs: number): void {
  for (let pair = 0, turn = 0; pair < pairs; pair++) {
    const consumer = burst[turn] as number;
    const hi = words[consumer + EVENTFD_HI] as number;
    const lo = words[consumer + EVENTFD_LO] as number;
    const error = manager.registerConsumer(consumer, hi, lo);
    if (error !== 0) throw new Error(`registration refused: ${error}`);
    manager.unregisterConsumer(consumer);
    if (++turn === burst.length) turn = 0;
  }
}
