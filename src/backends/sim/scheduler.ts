import type { Costs } from './costs.js';
import { NOWHERE, type SimThread } from './sim-thread.js';
import type { Topology } from './topology.js';

/**
 * Who has which CPU. A CPU runs one thread at a time; others that chose it wait in its queue, first
 * in first out, and take it over when the thread that has it sleeps, ends, or has had its slice.
 * A CPU with nothing to do takes over who has waited longest for another one.
 *
 * A thread that wakes goes to the CPU that it had, if that one is idle; else to an idle core of the
 * same socket, else to an idle thread of a core there, else likewise to another socket; else it
 * queues where fewest do. It does not push anybody off a CPU.
 */

/** What the scheduler tells of, and asks for. */
export interface Dispatcher {
  /** A thread runs from this moment on. */
  begin(thread: SimThread, fromNs: number): void;
  /** A thread that runs has its CPU taken away. */
  suspend(thread: SimThread, nowNs: number): void;
  /** `sliceOver` is to be called then. */
  wantSlice(cpu: number, atNs: number, stamp: number): void;
}

interface Cpu {
  readonly id: number;
  /** All CPUs by socket, those of its own first and from its own core on. */
  readonly neighbours: readonly (readonly number[])[];
  readonly siblings: readonly number[];
  current: SimThread | null;
  readonly queue: SimThread[];
  idleSinceNs: number;
  sliceEndsNs: number;
  /** Whether the end of the slice is looked at, and what tells that look from earlier ones. */
  isSliced: boolean;
  stamp: number;
}

export class Scheduler {
  /** CPU time that was used so far. */
  busyNs = 0;
  private readonly cpus: readonly Cpu[];
  private readonly costs: Costs;
  private readonly dispatcher: Dispatcher;
  private queued = 0;

  constructor(topology: Topology, costs: Costs, dispatcher: Dispatcher) {
    this.costs = costs;
    this.dispatcher = dispatcher;
    this.cpus = topology.all().map((id) => ({
      id,
      neighbours: neighboursOf(topology, id),
      siblings: topology.siblingsOf(id),
      current: null,
      queue: [],
      idleSinceNs: 0,
      sliceEndsNs: 0,
      isSliced: false,
      stamp: 0,
    }));
  }

  /** A thread begins its life on a CPU. */
  start(thread: SimThread, cpu: number): void {
    const home = this.at(cpu);
    thread.lastCpu = cpu;
    if (home.current === null) this.dispatch(home, thread, 0);
    else this.enqueue(home, thread, 0);
  }

  /** A thread that slept can run. */
  place(thread: SimThread, nowNs: number): void {
    const cpu = this.choose(thread);
    if (cpu.current === null) {
      const { wakeToRunNs } = this.costs;
      this.dispatch(cpu, thread, nowNs + this.idleExitNs(nowNs - cpu.idleSinceNs) + wakeToRunNs);
    } else {
      this.enqueue(cpu, thread, nowNs);
    }
  }

  /** A thread sleeps or ends: its CPU goes to another, or idle. */
  release(thread: SimThread, nowNs: number): void {
    const cpu = this.at(thread.cpu);
    this.leave(cpu, thread, nowNs);
    const next = cpu.queue.shift() ?? this.steal(cpu);
    if (next === undefined) {
      cpu.idleSinceNs = nowNs;
      return;
    }
    this.queued--;
    this.dispatch(cpu, next, nowNs + this.costs.contextSwitchNs);
  }

  sliceOver(id: number, stamp: number, nowNs: number): void {
    const cpu = this.at(id);
    const { current } = cpu;
    if (stamp !== cpu.stamp || current === null) return;
    cpu.isSliced = false;
    const next = cpu.queue.shift();
    if (next === undefined) return;
    this.queued--;
    this.dispatcher.suspend(current, nowNs);
    this.leave(cpu, current, nowNs);
    this.enqueue(cpu, current, nowNs);
    this.dispatch(cpu, next, nowNs + this.costs.contextSwitchNs);
  }

  isRunning(thread: SimThread, nowNs: number): boolean {
    return thread.cpu !== NOWHERE && thread.runsFromNs <= nowNs;
  }

  /** Whether another thread of a CPU's core is at work. */
  hasBusySibling(cpu: number): boolean {
    for (const sibling of this.at(cpu).siblings) if (this.at(sibling).current !== null) return true;
    return false;
  }

  private at(cpu: number): Cpu {
    return this.cpus[cpu] as Cpu;
  }

  private dispatch(cpu: Cpu, thread: SimThread, fromNs: number): void {
    cpu.current = thread;
    thread.cpu = cpu.id;
    thread.lastCpu = cpu.id;
    thread.runsFromNs = fromNs;
    cpu.sliceEndsNs = fromNs + this.costs.sliceNs;
    cpu.isSliced = false;
    cpu.stamp++;
    if (cpu.queue.length > 0) this.slice(cpu, fromNs);
    this.dispatcher.begin(thread, fromNs);
  }

  private enqueue(cpu: Cpu, thread: SimThread, nowNs: number): void {
    thread.readySinceNs = nowNs;
    cpu.queue.push(thread);
    this.queued++;
    this.slice(cpu, nowNs);
  }

  private slice(cpu: Cpu, nowNs: number): void {
    if (cpu.isSliced || cpu.current === null) return;
    cpu.isSliced = true;
    this.dispatcher.wantSlice(cpu.id, Math.max(nowNs, cpu.sliceEndsNs), ++cpu.stamp);
  }

  private leave(cpu: Cpu, thread: SimThread, nowNs: number): void {
    this.busyNs += Math.max(0, nowNs - thread.runsFromNs);
    thread.cpu = NOWHERE;
    cpu.current = null;
  }

  private choose(thread: SimThread): Cpu {
    const { neighbours } = this.at(thread.lastCpu);
    const isFree = (id: number) => thread.mayRunOn(id) && this.at(id).current === null;
    if (thread.isFollower || isFree(thread.lastCpu)) return this.at(thread.lastCpu);
    for (const socket of neighbours) {
      const idle = socket.filter(isFree);
      const chosen = idle.find((id) => !this.hasBusySibling(id)) ?? idle[0];
      if (chosen !== undefined) return this.at(chosen);
    }
    return this.leastWanted(neighbours.flat().filter((id) => thread.mayRunOn(id)));
  }

  private leastWanted(cpus: readonly number[]): Cpu {
    return cpus
      .map((id) => this.at(id))
      .reduce((least, cpu) => (cpu.queue.length < least.queue.length ? cpu : least));
  }

  private steal(thief: Cpu): SimThread | undefined {
    if (this.queued === 0) return undefined;
    let from: Cpu | undefined;
    let oldest: SimThread | undefined;
    for (const cpu of this.cpus) {
      const candidate = cpu.queue.find((thread) => thread.mayRunOn(thief.id));
      if (candidate === undefined) continue;
      if (oldest !== undefined && candidate.readySinceNs >= oldest.readySinceNs) continue;
      from = cpu;
      oldest = candidate;
    }
    if (oldest !== undefined) from?.queue.splice(from.queue.indexOf(oldest), 1);
    return oldest;
  }

  /** Of the deepest state that a CPU has fallen into after so long. */
  private idleExitNs(idleNs: number): number {
    return this.costs.idle.findLast(({ afterNs }) => afterNs <= idleNs)?.exitNs ?? 0;
  }
}

function neighboursOf(topology: Topology, from: number): number[][] {
  const { cpus, sockets } = topology;
  const own = topology.socketOf(from);
  const onwards = topology.all().map((step) => (from + step) % cpus);
  return Array.from({ length: sockets }, (_, step) =>
    onwards.filter((cpu) => topology.socketOf(cpu) === (own + step) % sockets),
  );
}
