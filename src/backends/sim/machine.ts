import { carryOutAtomic, OP, type Register, type Stepped } from '../../stepping/operation.js';
import { LINE_BYTES } from '../../sync/layout.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { CacheLines } from './cache-lines.js';
import type { Costs } from './costs.js';
import { EventQueue } from './event-queue.js';
import { Futexes } from './futexes.js';
import type { PlainWork } from './plain-work.js';
import { type Dispatcher, Scheduler } from './scheduler.js';
import { INTERNAL, SimThread } from './sim-thread.js';
import { isOver, otherLineOf, Spinners, watches } from './spinners.js';
import type { Topology } from './topology.js';

/**
 * A machine in virtual time, on which stepped threads run. An operation is carried out on the
 * memory when it is begun, in the order of time, and its thread goes on when it is done: when the
 * line has come, when the call has returned. What the thread does until its next operation is
 * added to that, and the next operation is an event of its own.
 */

const EVENT = { step: 0, place: 1, timeOut: 2, slice: 3 } as const;
/** Readings of the clock and pauses in a row, and a thread waits for a time that never comes. */
const IDLE_STEPS = 1e6;

export interface MachineParts {
  readonly topology: Topology;
  readonly costs: Costs;
  readonly memory: SharedMemory;
  readonly lines: CacheLines;
  /** Told by the world that the threads' code is of. */
  readonly work: PlainWork;
  readonly register: Register;
  /** What is drawn where the machine has no order of its own. */
  readonly seed: number;
  readonly walks: WalkMeter;
}

/** Told when a thread's code goes on, and asked what its walks took once it has come to its next operation. */
export interface WalkMeter {
  begin(thread: number): void;
  endNs(thread: number): number;
}

export class Machine implements Dispatcher {
  /** Virtual time. */
  nowNs = 0;
  /** Operations so far. */
  steps = 0;
  /** Threads that have not ended. */
  alive = 0;
  private readonly parts: MachineParts;
  private readonly costs: Costs;
  private readonly lines: CacheLines;
  private readonly events = new EventQueue();
  private readonly scheduler: Scheduler;
  private readonly futexes = new Futexes();
  private readonly spinners: Spinners;
  private readonly threads: SimThread[] = [];
  private idleSteps = 0;

  constructor(parts: MachineParts) {
    const { topology, costs, lines, memory, seed } = parts;
    this.parts = parts;
    this.costs = costs;
    this.lines = lines;
    this.scheduler = new Scheduler(topology, costs, this);
    const lineCount = Math.ceil(memory.words.byteLength / LINE_BYTES);
    const goOn = (thread: SimThread, atNs: number) => this.goOn(thread, atNs);
    this.spinners = new Spinners(lineCount, topology, costs, lines, seed, goOn);
  }

  /** CPU time of all threads so far. */
  get busyNs(): number {
    return this.scheduler.busyNs;
  }

  /**
   * A thread that begins at time 0. Threads are numbered in the order in which they are added.
   * @param cpu where it begins
   * @param allowed the CPUs that it may run on; null for all
   */
  add(code: Stepped, cpu: number, allowed: Uint8Array | null): void {
    this.start(new SimThread(this.threads.length, code, allowed, false), cpu);
  }

  /** The same of one that runs on the CPU that it was woken from, as a bound work queue's do. */
  addFollower(code: Stepped, cpu: number): void {
    this.start(new SimThread(this.threads.length, code, null, true), cpu);
  }

  /**
   * Lets so many events happen, or all there are.
   * @returns whether there are more
   */
  run(most: number): boolean {
    for (let count = 0; count < most; count++) {
      if (this.alive === 0 || !this.events.take()) return false;
      this.happen();
    }
    return this.alive > 0 && this.events.size > 0;
  }

  /** Somebody outside has changed words: who sleeps on one of them wakes. */
  wakeOutdated(): void {
    for (const thread of this.futexes.takeOutdated()) this.wake(thread, 'ok', this.nowNs);
  }

  private start(thread: SimThread, cpu: number): void {
    this.threads.push(thread);
    this.alive++;
    this.scheduler.start(thread, cpu);
  }

  begin(thread: SimThread, fromNs: number): void {
    this.schedule(thread, fromNs + thread.leftNs);
    thread.leftNs = 0;
  }

  suspend(thread: SimThread, nowNs: number): void {
    if (thread.isParked) {
      this.spinners.unpark(thread);
      // A spinner that watches another is told to let others run, as by `need_resched()`.
      if (watches(thread)) thread.settle(false);
    } else {
      thread.leftNs = Math.max(0, thread.dueNs - Math.max(nowNs, thread.runsFromNs));
    }
    thread.stamp++;
    this.dismissWatchers(thread, nowNs);
  }

  wantSlice(cpu: number, atNs: number, stamp: number): void {
    this.events.add(atNs, EVENT.slice, cpu, stamp);
  }

  private happen(): void {
    const { events } = this;
    const { timeNs, kind, target, stamp } = events;
    this.nowNs = timeNs;
    if (kind === EVENT.slice) {
      this.scheduler.sliceOver(target, stamp, timeNs);
      return;
    }
    const thread = this.threads[target] as SimThread;
    if (kind === EVENT.step) {
      if (stamp === thread.stamp) this.step(thread);
    } else if (kind === EVENT.place) {
      this.scheduler.place(thread, timeNs);
    } else if (stamp === thread.sleepStamp) {
      this.futexes.remove(wordOf(thread), thread);
      this.wake(thread, 'timed-out', timeNs);
    }
  }

  private schedule(thread: SimThread, atNs: number): void {
    thread.dueNs = atNs;
    this.events.add(atNs, EVENT.step, thread.id, ++thread.stamp);
  }

  private goOn(thread: SimThread, atNs: number): void {
    this.spinners.unpark(thread);
    this.schedule(thread, atNs);
  }

  /** What a thread is about to do comes to pass. */
  private step(thread: SimThread): void {
    if (thread.isParked) this.spinners.unpark(thread);
    const { kind } = thread;
    if (kind < 0) this.stepInternal(thread);
    else if (kind === OP.load) this.load(thread);
    else if (kind < OP.wait) this.modify(thread);
    else if (kind === OP.wait) this.wait(thread);
    else if (kind === OP.notify) this.notify(thread);
    else if (kind === OP.clock) this.readClock(thread);
    else if (kind === OP.isRunning) this.tellRunning(thread);
    else if (kind === OP.awaitExchange) this.spinExchanging(thread);
    else this.spin(thread);
  }

  private stepInternal(thread: SimThread): void {
    if (thread.kind === INTERNAL.resume) {
      this.advance(thread, thread.result, 0);
      return;
    }
    if (thread.kind === INTERNAL.exit) this.alive--;
    else thread.isAsleep = true;
    this.dismissWatchers(thread, this.nowNs);
    this.scheduler.release(thread, this.nowNs);
  }

  private load(thread: SimThread): void {
    this.spinners.makeWay(thread.line, thread, this.nowNs);
    const ns = this.lines.readInTurn(thread.cpu, thread.line, this.nowNs);
    this.advance(thread, Atomics.load(thread.array, thread.at), ns);
  }

  private modify(thread: SimThread): void {
    const { kind, array, at, a, b } = thread;
    const ns = this.takeLine(thread);
    const result = carryOutAtomic(kind, array, at, a, b);
    this.spinners.disturb(thread.line, thread, this.nowNs + ns);
    this.advance(thread, result, ns);
  }

  private takeLine(thread: SimThread): number {
    this.spinners.makeWay(thread.line, thread, this.nowNs);
    return this.lines.writeInTurn(thread.cpu, thread.line, this.nowNs);
  }

  private readClock(thread: SimThread): void {
    const { clockNs } = this.costs;
    this.advance(thread, Math.round(this.nowNs + clockNs), clockNs);
  }

  private tellRunning(thread: SimThread): void {
    const other = this.threads[thread.at] as SimThread;
    this.advance(thread, this.scheduler.isRunning(other, this.nowNs), this.costs.hitNs);
  }

  /** A spin that looks: it goes on, gives up, or is parked until there is something to look at. */
  private spin(thread: SimThread): void {
    const { line, cpu } = thread;
    this.spinners.makeWay(line, thread, this.nowNs);
    let ns = this.lines.readInTurn(cpu, line, this.nowNs);
    const otherLine = otherLineOf(thread);
    if (otherLine !== line) ns += this.lines.readInTurn(cpu, otherLine, this.nowNs + ns);
    if (isOver(thread)) this.advance(thread, thread.kind === OP.glance ? true : 0, ns);
    else if (thread.kind !== OP.glance) this.spinners.park(thread);
    else this.spinBounded(thread, ns);
  }

  private spinBounded(thread: SimThread, ns: number): void {
    const { lookNs } = this.costs;
    if (watches(thread)) {
      const owner = this.threads[thread.c] as SimThread;
      if (this.scheduler.isRunning(owner, this.nowNs)) this.spinners.park(thread);
      else this.advance(thread, false, ns + lookNs);
      return;
    }
    if (thread.deadlineNs < 0) thread.deadlineNs = this.nowNs + thread.looks * lookNs;
    if (this.nowNs >= thread.deadlineNs) {
      this.advance(thread, false, ns);
      return;
    }
    this.spinners.park(thread);
    this.schedule(thread, thread.deadlineNs);
  }

  private spinExchanging(thread: SimThread): void {
    const { array, at, a, b } = thread;
    const ns = this.takeLine(thread);
    const isOurs = Atomics.exchange(array, at, a) === b;
    this.spinners.disturb(thread.line, thread, this.nowNs + ns);
    if (isOurs) this.advance(thread, 0, ns);
    else this.spinners.park(thread);
  }

  private wait(thread: SimThread): void {
    const { array, at, a, b } = thread;
    const ns = this.lines.readInTurn(thread.cpu, thread.line, this.nowNs) + this.costs.futexCallNs;
    if (array[at] !== a) {
      this.advance(thread, 'not-equal', ns);
      return;
    }
    this.futexes.add(wordOf(thread), thread);
    thread.kind = INTERNAL.fallAsleep;
    this.schedule(thread, this.nowNs + ns);
    thread.sleepStamp++;
    if (b === Number.POSITIVE_INFINITY) return;
    const untilNs = this.nowNs + Math.max(0, b) * 1e6 + this.costs.timerSlackNs;
    this.events.add(untilNs, EVENT.timeOut, thread.id, thread.sleepStamp);
  }

  private notify(thread: SimThread): void {
    const { futexCallNs, wakeNs } = this.costs;
    const woken = this.futexes.take(wordOf(thread), thread.a);
    let ns = futexCallNs;
    for (const sleeper of woken) {
      ns += wakeNs;
      if (sleeper.isFollower) sleeper.lastCpu = thread.cpu;
      this.wake(sleeper, 'ok', this.nowNs + ns);
    }
    this.advance(thread, woken.length, ns);
  }

  /** Of a thread that no queue has any more. */
  private wake(thread: SimThread, result: 'ok' | 'timed-out', atNs: number): void {
    thread.sleepStamp++;
    // One that is still on its way to sleep does not, and goes on when it would have slept.
    thread.settle(result);
    if (thread.isAsleep) this.events.add(atNs, EVENT.place, thread.id, 0);
    thread.isAsleep = false;
  }

  /** A thread loses its CPU: who spins for as long as it runs sees so at the next look. */
  private dismissWatchers(thread: SimThread, nowNs: number): void {
    for (const watcher of this.spinners.watchersOf(thread)) {
      this.goOn(watcher, nowNs + this.costs.lookNs);
      watcher.settle(false);
    }
  }

  /**
   * Runs a thread up to its next operation.
   * @param value its operation's result
   * @param ns what the operation took
   */
  private advance(thread: SimThread, value: unknown, ns: number): void {
    const { work, register, walks } = this.parts;
    this.steps++;
    work.begin(thread.cpu);
    walks.begin(thread.id);
    const isDone = thread.code.next(value).done === true;
    let plainNs = work.end() + walks.endNs(thread.id);
    if (this.scheduler.hasBusySibling(thread.cpu)) plainNs *= this.costs.siblingSlowdown;
    let afterNs = ns + plainNs;
    this.idleSteps = !isDone && register.kind === OP.clock ? this.idleSteps + 1 : 0;
    if (this.idleSteps > IDLE_STEPS) throw new Error('a thread waits for a time that never comes');
    if (isDone) {
      thread.kind = INTERNAL.exit;
    } else if (register.kind === OP.pause) {
      afterNs += register.a + register.looks * this.costs.lookNs;
      thread.settle(undefined);
    } else {
      thread.take(register, lineOf(register));
    }
    this.schedule(thread, this.nowNs + afterNs);
  }
}

/** The place of a thread's word in the shared memory. */
function wordOf({ array, at }: Pick<SimThread, 'array' | 'at'>): number {
  return (array.byteOffset >> 2) + at;
}

function lineOf({ array, at }: Register): number {
  return Math.floor((array.byteOffset + at * array.BYTES_PER_ELEMENT) / LINE_BYTES);
}
