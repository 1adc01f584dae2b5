import { messageOf } from '../../errors.js';
import { OP, type Register, type Stepped } from '../../stepping/operation.js';
import { LINE_BYTES, LINE_WORDS } from '../../sync/layout.js';
import type { SharedMemory } from '../../sync/memory.js';
import type { CacheLines } from './cache-lines.js';
import type { Costs } from './costs.js';
import { EventQueue } from './event-queue.js';
import { Futexes } from './futexes.js';
import type { PlainWork } from './plain-work.js';
import { type Dispatcher, Scheduler } from './scheduler.js';
import { INTERNAL, SimThread } from './sim-thread.js';
import { Spinners, watches } from './spinners.js';
import type { Topology } from './topology.js';

const EVENT = { step: 0, place: 1, timeOut: 2, slice: 3 } as const;
/** Readings of the clock in a row, and a thread waits for a time that never comes. */
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

/** Told when a thread's code goes on, and asked what its walks took once it has come to a stop. */
export interface WalkMeter {
  begin(thread: number): void;
  endNs(thread: number): number;
}

/** What a thread's code threw: a lock of the user's own may. */
export class ThreadDied extends Error {
  readonly thread: number;

  constructor(thread: number, cause: unknown) {
    super(messageOf(cause), { cause });
    this.thread = thread;
  }
}

/**
 * Threads in virtual time: what each is about to do is an event, which is put off while it has no
 * CPU, or while it sleeps. What then comes to pass is the machine's to say.
 */
export abstract class ThreadRunner implements Dispatcher {
  /** Virtual time. */
  nowNs = 0;
  /** Operations so far. */
  steps = 0;
  /** Threads that have not ended. */
  alive = 0;
  protected readonly costs: Costs;
  protected readonly lines: CacheLines;
  protected readonly scheduler: Scheduler;
  protected readonly futexes = new Futexes();
  protected readonly spinners: Spinners;
  protected readonly threads: SimThread[] = [];
  private readonly parts: MachineParts;
  private readonly events = new EventQueue();
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

  /** Whether anything is left to happen. */
  get isOver(): boolean {
    return this.alive === 0 || this.events.size === 0;
  }

  /** When the next event is: after `untilNs` once everything up to then has happened. */
  get nextNs(): number {
    return this.events.nextNs;
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
   * Lets so many events happen, or all there are up to a moment.
   * @throws ThreadDied where a thread's code throws
   */
  run(most: number, untilNs: number = Number.POSITIVE_INFINITY): void {
    for (let count = 0; count < most && !this.isOver && this.nextNs <= untilNs; count++) {
      this.events.take();
      this.happen();
    }
  }

  /** Somebody outside has changed words: who sleeps on one of them wakes. */
  wakeOutdated(): void {
    for (const thread of this.futexes.takeOutdated()) this.wake(thread, 'ok', this.nowNs);
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

  /** What a thread is about to do comes to pass. */
  protected abstract operate(thread: SimThread): void;

  /**
   * Runs a thread up to its next operation.
   * @param value its operation's result
   * @param ns what the operation took
   */
  protected advance(thread: SimThread, value: unknown, ns: number): void {
    const { work, register, walks } = this.parts;
    this.steps++;
    work.begin(thread.cpu);
    walks.begin(thread.id);
    const isDone = goOn(thread, value);
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
      thread.take(register, this.lineOf(register, thread.id));
    }
    this.schedule(thread, this.nowNs + afterNs);
  }

  private lineOf({ kind, array, at }: Register, thread: number): number {
    if (kind === OP.clock || kind === OP.isRunning) return 0;
    const { words } = this.parts.memory;
    // Asking a typed array for its buffer takes as long as the rest of a step.
    if (array === words && at >= 0 && at < words.length) return Math.floor(at / LINE_WORDS);
    return this.lineOfView(array, at, thread);
  }

  /** @throws ThreadDied where an operation on a word is on none, as it would throw natively */
  private lineOfView(array: Int32Array, at: number, thread: number): number {
    if (array.buffer !== this.parts.memory.words.buffer || !(at >= 0 && at < array.length)) {
      const where = `element ${at} of ${array.length}`;
      throw new ThreadDied(
        thread,
        new RangeError(`an operation of Atomics out of bounds: ${where}`),
      );
    }
    return Math.floor((array.byteOffset + at * array.BYTES_PER_ELEMENT) / LINE_BYTES);
  }

  protected schedule(thread: SimThread, atNs: number): void {
    thread.dueNs = atNs;
    this.events.add(atNs, EVENT.step, thread.id, ++thread.stamp);
  }

  /** A thread is on its way to sleep. @param untilNs never, or when it wakes by itself */
  protected fallAsleep(thread: SimThread, atNs: number, untilNs: number): void {
    this.futexes.add(wordOf(thread), thread);
    thread.kind = INTERNAL.fallAsleep;
    this.schedule(thread, atNs);
    thread.sleepStamp++;
    if (untilNs === Number.POSITIVE_INFINITY) return;
    this.events.add(untilNs, EVENT.timeOut, thread.id, thread.sleepStamp);
  }

  /** Of a thread that no queue has any more. */
  protected wake(thread: SimThread, result: 'ok' | 'timed-out', atNs: number): void {
    thread.sleepStamp++;
    // One that is still on its way to sleep does not, and goes on when it would have slept.
    thread.settle(result);
    if (thread.isAsleep) this.events.add(atNs, EVENT.place, thread.id, 0);
    thread.isAsleep = false;
  }

  private start(thread: SimThread, cpu: number): void {
    this.threads.push(thread);
    this.alive++;
    this.scheduler.start(thread, cpu);
  }

  private happen(): void {
    const { timeNs, kind, target, stamp } = this.events;
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

  private step(thread: SimThread): void {
    if (thread.isParked) this.spinners.unpark(thread);
    if (thread.kind === INTERNAL.resume) this.advance(thread, thread.result, 0);
    else if (thread.kind < 0) this.leaveCpu(thread);
    else this.operate(thread);
  }

  private leaveCpu(thread: SimThread): void {
    if (thread.kind === INTERNAL.exit) this.alive--;
    else thread.isAsleep = true;
    this.dismissWatchers(thread, this.nowNs);
    this.scheduler.release(thread, this.nowNs);
  }

  private goOn(thread: SimThread, atNs: number): void {
    this.spinners.unpark(thread);
    this.schedule(thread, atNs);
  }

  /** A thread loses its CPU: who spins for as long as it runs sees so at the next look. */
  private dismissWatchers(thread: SimThread, nowNs: number): void {
    for (const watcher of this.spinners.watchersOf(thread)) {
      this.goOn(watcher, nowNs + this.costs.lookNs);
      watcher.settle(false);
    }
  }
}

/** @returns whether its code has come to its end */
function goOn({ code, id }: SimThread, value: unknown): boolean {
  try {
    return code.next(value).done === true;
  } catch (thrown) {
    throw new ThreadDied(id, thrown);
  }
}

/** The place of a thread's word in the shared memory. */
export function wordOf({ array, at }: Pick<SimThread, 'array' | 'at'>): number {
  return (array.byteOffset >> 2) + at;
}
