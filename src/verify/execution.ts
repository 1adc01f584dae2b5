import { OP } from '../stepping/operation.js';
import { CHOICE } from './choices.js';
import { carryOut, changesNothing } from './execute.js';
import type { PlainHooks } from './plain-hooks.js';
import { type Finding, type FindingKind, MARK, type Program } from './program.js';
import { type Race, Races } from './races.js';
import { DONE, PARKED, READY, ThreadState } from './thread.js';
import type { Recorder } from './trace.js';

/**
 * Threads of a program over its memory, and what each of their operations does: to the memory, to
 * who sleeps, to what is ordered. `Machine` says when.
 */

/** Time-outs in a row from which nobody got any further. */
const IDLE_TIMEOUTS = 16;
/** What a reading of the clock adds: time goes on by being looked at. */
const TICK_NS = 1000;
/** Readings of the clock and pauses in a row, and a thread waits for a time that never comes. */
const IDLE_PAUSES = 1e6;

export class Execution {
  readonly program: Program;
  readonly threads: readonly ThreadState[];
  readonly races: Races;
  /** What is wrong, once something is. */
  finding: Finding | null = null;
  /** Steps of this schedule. */
  steps = 0;
  /** Where what happens is written down, if anywhere. */
  recorder: Recorder | null = null;
  /** Asleep, in the order in which they went to sleep. */
  readonly sleepers: number[] = [];

  /** The words below this one are nobody's. */
  readonly nullWords: number;
  /** By word: 1 where it is written by the threads and looked at by none. */
  readonly isOutput: Uint8Array;

  protected readonly hooks: PlainHooks;
  /** The memory before anybody runs. */
  protected readonly initial: Int32Array;
  /** Counts the changes of memory, and of who sleeps. */
  protected version = 0;
  /** Steps of the thread that goes, since another went or its action began. */
  protected streak = 0;
  private idleTimeouts = 0;
  private forgetsHistory: boolean;

  constructor(program: Program, hooks: PlainHooks, forgets: boolean) {
    this.program = program;
    this.hooks = hooks;
    this.forgetsHistory = forgets;
    this.threads = Array.from({ length: program.threads }, (_, id) => new ThreadState(id));
    const words = program.memory.words.length;
    this.races = new Races(program.threads, words);
    this.nullWords = program.nullWords ?? 0;
    this.initial = program.initial ?? new Int32Array(words);
    this.isOutput = new Uint8Array(words);
    for (const { from, to, isOutput } of program.regions.toReversed())
      this.isOutput.fill(isOutput ? 1 : 0, from, to);
  }

  /**
   * Whether a thread's history may be forgotten where its variables say it all: not in code that
   * keeps something of its own.
   */
  get forgets(): boolean {
    return this.forgetsHistory && !this.hooks.sawPrivateState;
  }

  /** Back to the beginning: every thread at its first operation. */
  restart(): void {
    this.program.memory.words.set(this.initial);
    this.program.oracle.restart();
    this.races.restart();
    this.hooks.execution = this;
    this.finding = null;
    this.steps = 0;
    this.version = 0;
    this.streak = 0;
    this.idleTimeouts = 0;
    this.sleepers.length = 0;
    for (const thread of this.threads) {
      thread.restart(this.program.start(thread.id));
      this.advance(thread, undefined);
    }
  }

  protected operate(thread: ThreadState, variant: number): void {
    this.steps++;
    thread.hasBegun = true;
    this.judge(this.program.oracle.operates(thread.id));
    if (thread.seenVersion !== this.version) thread.forgetLooks();
    const { kind, word, array, at } = thread;
    if (kind === OP.mark) {
      this.recorder?.add(thread, thread.a, 0, 0);
      this.judge(this.program.oracle.left(thread));
      this.finish(thread, undefined, 0);
      return;
    }
    const before = array[at] as number;
    const result = carryOut(thread, variant);
    const after = array[at] as number;
    if (kind === OP.wait) {
      this.wait(thread, before);
      return;
    }
    if (kind === OP.notify) {
      this.notify(thread);
      return;
    }
    if (kind !== OP.isRunning) this.order(thread, before, result);
    if (before !== after) {
      this.version++;
      if (kind !== OP.store) this.program.oracle.modified(thread.id, word);
    } else if (changesNothing(thread)) {
      thread.noteLook(before);
    }
    this.recorder?.add(thread, result, before, after);
    if (kind === OP.awaitExchange && before !== thread.b) {
      thread.saw(0);
      thread.seenVersion = this.version;
      return;
    }
    this.finish(thread, resultOf(kind, result), result);
  }

  /** What an operation on a word orders, and whether it races with a plain access. */
  private order(thread: ThreadState, before: number, result: number): void {
    const { kind, id, word, site } = thread;
    const fails = kind === OP.compareExchange && result !== thread.a;
    const reads = kind !== OP.store;
    const isChange = kind === OP.awaitExchange || kind === OP.take || kind === OP.giveBack;
    const writes = (kind >= OP.store && kind <= OP.xor && !fails) || isChange;
    if (reads) this.report(thread, site, this.races.atomicRead(id, word, site));
    if (writes) this.report(thread, site, this.races.atomicWrite(id, word, site));
    if (kind === OP.awaitEither && before === thread.a) {
      this.report(thread, site, this.races.atomicRead(id, word - thread.at + thread.b, site));
    }
  }

  private wait(thread: ThreadState, before: number): void {
    const { id, word, site } = thread;
    this.races.passWaiters(id, word);
    this.report(thread, site, this.races.atomicRead(id, word, site));
    const isEqual = before === thread.a;
    this.recorder?.add(thread, isEqual ? 1 : 0, before, before);
    if (!isEqual) {
      thread.noteLook(before);
      this.finish(thread, 'not-equal', 2);
      return;
    }
    thread.status = PARKED;
    this.version++;
    this.sleepers.push(id);
  }

  private notify(thread: ThreadState): void {
    const { word } = thread;
    this.races.passWaiters(thread.id, word);
    let woken = 0;
    const isWoken = (id: number) =>
      this.threads[id]?.word === word && woken < thread.a && ++woken > 0;
    const wake = this.sleepers.filter(isWoken);
    this.recorder?.add(thread, woken, 0, 0, wake);
    if (woken > 0) this.version++;
    for (const id of wake) this.resume(this.threads[id] as ThreadState, 'ok', 1);
    this.finish(thread, woken, woken);
  }

  protected wakeBySelf(thread: ThreadState, variant: number): void {
    const isTimeOut = variant === CHOICE.timeOut;
    if (isTimeOut && ++this.idleTimeouts > IDLE_TIMEOUTS)
      this.fail('livelock', 'time-outs are all that happens, and nobody gets any further');
    this.recorder?.addWake(thread, isTimeOut);
    this.resume(thread, isTimeOut ? 'timed-out' : 'ok', isTimeOut ? 3 : 1);
  }

  private resume(thread: ThreadState, result: 'ok' | 'timed-out', code: number): void {
    this.sleepers.splice(this.sleepers.indexOf(thread.id), 1);
    this.races.passWaiters(thread.id, thread.word);
    thread.status = READY;
    thread.forgetLooks();
    this.finish(thread, result, code);
  }

  /** Hands a thread its operation's result. */
  private finish(thread: ThreadState, value: unknown, code: number): void {
    thread.saw(code);
    thread.seenVersion = this.version;
    this.advance(thread, value);
  }

  /** Runs a thread to its next operation that others could notice. */
  protected advance(thread: ThreadState, value: unknown): void {
    const { register, oracle } = this.program;
    const code = thread.code as NonNullable<ThreadState['code']>;
    const outer = this.hooks.thread;
    this.hooks.thread = thread;
    let given = value;
    try {
      for (let pauses = 0; ; pauses++) {
        if (pauses > IDLE_PAUSES) throw new Error('it waits for a time that never comes');
        if (code.next(given).done === true) {
          thread.status = DONE;
          break;
        }
        if (register.kind === OP.clock) {
          thread.nowNs += TICK_NS;
          given = thread.nowNs;
        } else if (register.kind === OP.pause) {
          given = 0;
        } else if (register.kind === OP.mark && register.a === MARK.begin) {
          this.begin(thread, register.b);
          given = undefined;
        } else {
          this.come(thread);
          break;
        }
      }
    } catch (thrown) {
      thread.status = DONE;
      this.fail('exception', thrown instanceof Error ? thrown.message : String(thrown));
    }
    this.hooks.thread = outer;
    if (thread.status === READY && thread.kind === OP.mark) {
      this.judge(oracle.arrived(thread.id, thread.a, thread.b));
    }
  }

  private begin(thread: ThreadState, action: number): void {
    this.idleTimeouts = 0;
    this.streak = 0;
    thread.begin(action, this.forgets);
  }

  private come(thread: ThreadState): void {
    const { register, memory } = this.program;
    const { kind, array, at } = register;
    let word = 0;
    if (kind !== OP.mark && kind !== OP.isRunning) {
      if (array !== memory.words && array.buffer !== memory.words.buffer)
        throw new TypeError('an operation of Atomics on memory that is not shared');
      if (!Number.isInteger(at) || at < 0 || at >= array.length)
        throw new RangeError(`an operation of Atomics on element ${at}, which there is not`);
      word = (array.byteOffset + at * array.BYTES_PER_ELEMENT) >>> 2;
      this.lookForNull(register.site, word);
    }
    thread.take(register, word);
    if (kind === OP.mark && register.a === MARK.section) thread.atMark(register.a, this.forgets);
  }

  lookForNull(site: number, word: number): void {
    if (word < this.nullWords) this.fail('null link', this.hooks.describeNull(site, word));
  }

  /** A plain write was made. */
  changed(): void {
    this.version++;
  }

  report({ id }: ThreadState, site: number, race: Race | null): void {
    if (race === null || this.finding !== null) return;
    const message = this.hooks.describe(race, id, site);
    this.judge({ kind: 'data race', message, word: race.word });
  }

  fail(kind: FindingKind, message: string): void {
    this.judge({ kind, message });
  }

  /** What was found first stays. */
  judge(finding: Finding | null): void {
    this.finding ??= finding;
  }
}

/** An operation's result as the code gets it. */
function resultOf(kind: number, result: number): number | boolean {
  if (kind === OP.glance || kind === OP.isRunning) return result === 1;
  // Of a declared spin: how often it gave the CPU away.
  return kind === OP.awaitExchange ? 0 : result;
}
