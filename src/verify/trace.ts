import { OP, opName } from '../stepping/operation.js';
import { MARK } from './program.js';
import type { ThreadState } from './thread.js';

/** What happened, step by step, as a schedule was run. */

export interface Event {
  readonly thread: number;
  readonly site: number;
  /** `exchange`, `wait`, `notify`, `inside`, `read`, `write` … */
  readonly what: string;
  readonly word: number;
  /** With what: the operands that the operation has, in words. */
  readonly detail: string;
  /** A read or write that is no operation of `Atomics`. */
  readonly isPlain: boolean;
  /** What came of it, without names: whether something changed, whether it was there, who woke. */
  readonly outcome: number;
}

export class Recorder {
  readonly events: Event[] = [];
  private readonly nameMark: (thread: ThreadState) => string;

  /** @param nameMark what a mark of the program's is called */
  constructor(nameMark: (thread: ThreadState) => string = nameOfMark) {
    this.nameMark = nameMark;
  }

  /** Something that a thread says of itself. */
  note(thread: number, what: string): void {
    this.events.push({ thread, site: 0, what, word: 0, detail: '', outcome: 0, isPlain: false });
  }

  /** An operation, carried out. */
  add(
    thread: ThreadState,
    result: number,
    before: number,
    after: number,
    woken: readonly number[] = [],
  ): void {
    const { kind } = thread;
    this.events.push({
      thread: thread.id,
      site: thread.site,
      what: kind === OP.mark ? this.nameMark(thread) : (NAMES[kind] ?? opName(kind)),
      word: thread.word,
      detail: kind === OP.mark ? '' : detailOf(thread, result, before, after, woken),
      isPlain: false,
      outcome: (before === after ? 0 : 1) + (before === 0 ? 2 : 0) + 4 * woken.length,
    });
  }

  addWake({ id, site, word }: ThreadState, isTimeOut: boolean): void {
    const detail = isTimeOut ? 'timed out' : 'woke though nobody notified';
    this.events.push({ thread: id, site, what: 'wait', word, detail, outcome: 0, isPlain: false });
  }

  addPlain(
    thread: ThreadState,
    site: number,
    word: number,
    what: 'read' | 'write',
    value: number,
  ): void {
    const detail = what === 'read' ? `= ${value}` : `:= ${value}`;
    this.events.push({ thread: thread.id, site, what, word, detail, outcome: 0, isPlain: true });
  }
}

const NAMES: Readonly<Record<number, string>> = {
  [OP.compareExchange]: 'cas',
  [OP.awaitChange]: 'spin',
  [OP.awaitEither]: 'spin',
  [OP.awaitExchange]: 'exchange',
  [OP.glance]: 'glance',
  [OP.isRunning]: 'running?',
  [OP.take]: 'acquire',
  [OP.giveBack]: 'release',
};

function nameOfMark({ a, b }: ThreadState): string {
  if (a !== MARK.section) return 'mark';
  return b === 1 ? 'inside, shared' : 'inside';
}

function detailOf(
  thread: ThreadState,
  result: number,
  before: number,
  after: number,
  woken: readonly number[],
): string {
  const { kind, a, b } = thread;
  switch (kind) {
    case OP.load:
      return `= ${result}`;
    case OP.awaitChange:
    case OP.awaitEither:
      return `while ${a}: ${before}`;
    case OP.compareExchange:
      return result === a ? `${a} → ${b}` : `${a} → ${b}: no, ${result}`;
    case OP.wait:
      return result === 1 ? `${a}: asleep` : `${a}: no, ${before}`;
    case OP.notify:
      return woken.length === 0 ? 'nobody' : `wakes ${woken.map((id) => `T${id}`).join(', ')}`;
    case OP.glance:
      return result === 1 ? `other than ${a}` : `still ${a}`;
    case OP.isRunning:
      return `T${thread.at}: ${result === 1 ? 'yes' : 'no'}`;
    case OP.take:
    case OP.giveBack:
      return a === 0 ? '' : 'shared';
    default:
      return `${before} → ${after}`;
  }
}
