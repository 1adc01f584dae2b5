import { OP } from '../stepping/operation.js';
import { CHOICE, Choices, threadOf, variantOf } from './choices.js';
import { Digest } from './digest.js';
import { changesNothing, isChanged, isFree } from './execute.js';
import { Execution } from './execution.js';
import type { PlainHooks } from './plain-hooks.js';
import { MARK, type Program } from './program.js';
import { DONE, PARKED, READY, type ThreadState } from './thread.js';

/**
 * A machine that runs a program one operation at a time, sequentially consistently: whoever
 * chooses says which thread's. It runs a schedule from the beginning each time, because a
 * generator cannot be copied; that is also what shows whether a program does the same twice.
 */

/** So many looks without anything changing, and a thread is passed over until something does. */
const LOOKS = 200;
/** So many of one thread's steps in a row while others could go on, and one of them must. */
const STREAK = 100;
export interface MachineOptions {
  /** Whether a `wait` may end without anybody having notified. */
  readonly spurious: boolean;
  /** A schedule of more steps than this is taken for one that never ends. */
  readonly maxSteps: number;
}

export class Machine extends Execution {
  readonly choices: Choices;
  /** The thread that went last. */
  current = -1;
  /** Threads begin in their order: where they are interchangeable, any other is the same. */
  startsInOrder = false;
  private readonly options: MachineOptions;
  private readonly digest = new Digest();

  /** @param forgets whether the code keeps nothing of its own, as far as its text tells */
  constructor(program: Program, hooks: PlainHooks, forgets: boolean, options: MachineOptions) {
    super(program, hooks, forgets);
    this.options = options;
    this.choices = new Choices(program.threads);
  }

  override restart(): void {
    this.current = -1;
    super.restart();
  }

  /**
   * What states are told apart by, learnt on the way: code that keeps something of its own, words
   * whose order matters. An explorer that skips states it knows must begin anew when it grows.
   */
  get insight(): number {
    return this.races.watchedCount * 2 + (this.forgets ? 0 : 1);
  }

  /**
   * Finds out who may go next, and at what price; where nobody may, that is the finding.
   * @returns whether there is a choice
   */
  choose(): boolean {
    if (this.finding !== null) return false;
    const { choices } = this;
    choices.clear();
    const isPassedOver = this.streak >= STREAK ? this.current : -1;
    for (let pass = 0; pass < 2 && choices.count === 0; pass++) {
      // First those that have something to look at; if there are none, those that are tired.
      for (const thread of this.threads) {
        if (thread.status !== READY || !canGo(thread)) continue;
        if (this.startsInOrder && this.isEarly(thread)) continue;
        const isTired = thread.tiredOf === this.version || thread.id === isPassedOver;
        if (isTired === (pass === 1)) choices.addThread(thread);
      }
    }
    choices.price(this.current, this.isYielding());
    const isAlone = choices.count === 0;
    for (const thread of this.threads) {
      if (thread.status !== PARKED) continue;
      const isTimed = thread.b !== Number.POSITIVE_INFINITY;
      if (isTimed) choices.add(thread.id, CHOICE.timeOut, isAlone ? 0 : 1);
      if (this.options.spurious && !isAlone) choices.add(thread.id, CHOICE.spurious, 1);
    }
    if (choices.count > 0) return true;
    this.end();
    return false;
  }

  /** Whether a thread would be the first to begin of several that have not. */
  private isEarly({ id, hasBegun }: ThreadState): boolean {
    const before = this.threads[id - 1];
    return !hasBegun && before?.hasBegun === false && canGo(before);
  }

  /** Whether the thread that went last would let others go first: a step to them costs nothing. */
  private isYielding(): boolean {
    const thread = this.threads[this.current];
    if (thread === undefined || thread.status !== READY) return true;
    if (thread.kind === OP.glance && !isChanged(thread)) return true;
    return thread.repeats >= 2 && thread.seenVersion === this.version;
  }

  private end(): void {
    if (this.threads.every(({ status }) => status === DONE)) {
      const wrong = this.program.oracle.ended();
      if (wrong !== null) this.finding = wrong;
      return;
    }
    const isLost = this.sleepers.some((id) => {
      const { array, at, a } = this.threads[id] as ThreadState;
      return array[at] !== a;
    });
    if (isLost) this.fail('lost wake-up', 'a thread sleeps, and nobody is left who would wake it');
    else this.fail('deadlock', 'every thread that has not ended waits for another');
  }

  /** Takes one of the choices. */
  step(choice: number): void {
    const thread = this.threads[threadOf(choice)] as ThreadState;
    if (thread.id === this.current) this.streak++;
    else this.streak = 0;
    this.current = thread.id;
    const variant = variantOf(choice);
    if (thread.status === PARKED) {
      this.steps++;
      this.wakeBySelf(thread, variant);
      return;
    }
    const isTired = thread.tiredOf === this.version;
    // To leave a section is nobody's business: what comes next may as well happen at once.
    const isLeaving = thread.kind === OP.mark && thread.a === MARK.section;
    this.operate(thread, variant);
    const isPlainStep = thread.kind !== OP.isRunning && canGo(thread);
    if (isLeaving && isPlainStep && this.finding === null && thread.status === READY)
      this.operate(thread, variant);
    while (!isTired && this.goesRound(thread)) this.operate(thread, variant);
    if (this.steps > this.options.maxSteps && this.finding === null)
      this.fail('livelock', `no end after ${this.steps} steps: somebody goes round for ever`);
  }

  /** A loop that nobody declared, in another round: all of its looks are one step. */
  private goesRound(thread: ThreadState): boolean {
    if (this.finding !== null || thread.status !== READY) return false;
    if (thread.repeats < 2 || thread.seenVersion !== this.version) return false;
    if (thread.looks >= LOOKS) {
      thread.tiredOf = this.version;
      thread.looks = 0;
      return false;
    }
    return changesNothing(thread) && thread.hasLooked(thread.array[thread.at] as number);
  }

  /**
   * What tells what may still happen from what may elsewhere: memory, threads, who sleeps, what
   * the oracle and the race detector have in mind. Not who went last: that is a matter of price.
   */
  digestState(): Digest {
    const { digest } = this;
    const { words } = this.program.memory;
    digest.reset();
    // A word is added to the end of the list when somebody accesses it for the first time ever; in
    // all states before it was as it was in the beginning, which adds nothing to a digest.
    for (const at of this.races.accessed) {
      const value = words[at] as number;
      if (value === this.initial[at] || this.isOutput[at] === 1) continue;
      digest.add(at);
      digest.add(value);
    }
    for (const thread of this.threads) {
      const tiredness = (thread.repeats >= 2 ? 8 : 0) + (thread.tiredOf === this.version ? 16 : 0);
      digest.add(thread.status + tiredness);
      if (thread.status === DONE) continue;
      thread.history.addTo(digest);
      digest.add(thread.nowNs);
    }
    for (const id of this.sleepers) digest.add(id + 1);
    this.program.oracle.addTo(digest);
    this.races.addTo(digest);
    return digest;
  }
}

/** Whether a thread's operation can be carried out: a declared spin only once it would end. */
function canGo(thread: ThreadState): boolean {
  const { kind, array, at, a } = thread;
  switch (kind) {
    case OP.awaitChange:
      return array[at] !== a;
    case OP.awaitEither:
      return array[at] !== a || array[thread.b] !== thread.c;
    case OP.awaitExchange:
      return array[at] === thread.b || array[at] !== a;
    case OP.take:
      return isFree(thread);
    default:
      return true;
  }
}
