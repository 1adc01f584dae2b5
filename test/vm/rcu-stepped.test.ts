import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OP, type Stepped } from '../../src/stepping/operation.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';
import { reserveRcu } from '../../src/vm/rcu.js';
import { isReached } from '../../src/vm/ticks.js';
import type { Edit } from '../support/edit.js';
import { type Outcome, Stage, search, Witness } from '../support/stepped.js';

/**
 * Grace periods under the checker: the tick is a word that a thread of its own moves on, so that it
 * may come between any two operations.
 */

/** 250 Hz: noticed at the next tick, two ticks of grace period, called at the tick after. */
const TICK_NS = 4e6;
const LEAST_TICKS = 4;
/** So many ticks come by themselves, and then one for each that somebody asks for. */
const FREE_TICKS = 1;

type Call = 'moveThread' | 'barrier' | 'callLater';
/** Of the stepped world: its methods are generators. */
type SteppedRcu = Record<Call, () => Stepped<void>>;
type RcuClass = new (
  memory: SharedMemory,
  at: number,
  tickNs: number,
  ticks: unknown,
) => SteppedRcu;

/** Where the witness keeps when each thread's call began, and the first to move one, plus 1. */
const BEGUN = 0;
const FIRST_MOVE = 16;

const TOO_EARLY = 'no grace period that began after the call has ended';

/** @param calls those of each thread, one after the other */
async function trying(
  calls: readonly (readonly Call[])[],
  preemptions: number,
  edits: readonly Edit[] = [],
): Promise<Outcome> {
  const stage = new Stage(edits);
  const { Rcu } = await stage.module<{ Rcu: RcuClass }>('vm/rcu');
  const layout = new Layout();
  const at = reserveRcu(layout);
  const tickAt = layout.reserve(1);
  const askedAt = layout.reserve(1);
  const doneAt = layout.reserve(1);
  const memory = allocateMemory(layout.totalBytes);
  const { words } = memory;
  const witness = new Witness();
  const count = function* (word: number): Stepped<void> {
    yield stage.register.set(OP.add, 0, words, word, 1);
  };

  const ticks = {
    *now(): Stepped<number> {
      return yield* stage.load(words, tickAt);
    },
    *sleepUntil(tick: number): Stepped<void> {
      for (;;) {
        const now = yield* stage.load(words, tickAt);
        if (isReached(now, tick)) return;
        yield* count(askedAt);
        yield* stage.awaitEither(words, tickAt, now, tickAt, now);
      }
    },
    // Never, and told at once: nothing to step through, and no value.
    isOver: () => [],
  };

  const clock = function* (): Stepped<void> {
    for (let tick = 1; ; tick++) {
      yield* stage.begin(tick);
      for (;;) {
        const asked = yield* stage.load(words, askedAt);
        if (asked + FREE_TICKS >= tick) break;
        const done = yield* stage.load(words, doneAt);
        if (done === calls.length) return;
        yield* stage.awaitEither(words, askedAt, asked, doneAt, done);
      }
      yield* stage.store(words, tickAt, tick);
    }
  };

  const live = function* (thread: number, own: readonly Call[]): Stepped<void> {
    const rcu = new Rcu(memory, at, TICK_NS, ticks);
    for (const [step, call] of own.entries()) {
      yield* stage.begin(step * 2);
      const tick = yield* stage.load(words, tickAt);
      witness.set(BEGUN + thread, tick);
      if (call === 'moveThread' && witness.get(FIRST_MOVE) === 0) witness.set(FIRST_MOVE, tick + 1);
      yield* rcu[call]();
      yield* stage.begin(step * 2 + 1);
      // Who moves a thread may find that somebody has waited for it.
      const since = call === 'barrier' ? witness.get(BEGUN + thread) : witness.get(FIRST_MOVE) - 1;
      const isEarly = (yield* stage.load(words, tickAt)) - since < LEAST_TICKS;
      if (call !== 'callLater' && isEarly) throw new Error(TOO_EARLY);
    }
    yield* count(doneAt);
  };

  const start = (thread: number) =>
    thread === calls.length ? clock() : live(thread, calls[thread] as readonly Call[]);
  const machine = stage.machine(memory, calls.length + 1, start, { oracle: witness });
  return search(machine, preemptions);
}

const BARRIERS: Call[][] = [['barrier'], ['barrier']];
const MOVES: Call[][] = [['moveThread'], ['moveThread']];

const SCENARIOS: [name: string, calls: Call[][], preemptions: number][] = [
  ['two barriers', BARRIERS, 1],
  ['a barrier beside callbacks', [['barrier'], ['callLater', 'callLater']], 2],
  ['two that move a thread there and back', [['moveThread', 'moveThread'], ['moveThread']], 1],
  ['a VM that comes while another goes', [['moveThread'], ['moveThread', 'barrier']], 0],
];

for (const [name, calls, preemptions] of SCENARIOS) {
  test(`${name}: all wait for a grace period, and none for ever (preemption bound ${preemptions})`, async () => {
    const { finding, covered } = await trying(calls, preemptions);
    assert.deepEqual([finding, covered], [null, preemptions]);
  });
}

interface Mutant {
  readonly from: string;
  readonly to: string;
  readonly calls: Call[][];
  readonly shows: RegExp;
}

const EARLY = new RegExp(TOO_EARLY);

const MUTANTS: Readonly<Record<string, Mutant>> = {
  'waits for a grace period that is under way': {
    from: 'else if (!isReached(words[at + BEGUN], from))',
    to: 'else if (false)',
    calls: BARRIERS,
    shows: EARLY,
  },
  'shares a barrier that has begun before': {
    from: 'if (!isCovered && isReached(now, this.words[this.at + BARRIER_END]))',
    to: 'isCovered ||= !isReached(now, this.words[this.at + BARRIER_END]); if (!isCovered)',
    calls: BARRIERS,
    shows: EARLY,
  },
  'lets whoever comes second move its thread at once': {
    from: 'if (state === EXITING || state === REPLAY)',
    to: 'if (state !== IDLE)',
    calls: MOVES,
    shows: EARLY,
  },
  'looks at the barriers without the lock': {
    from: 'while (!isCovered && !this.ticks.isOver()) {\nthis.acquire();',
    to: 'while (!isCovered && !this.ticks.isOver()) {',
    calls: BARRIERS,
    shows: /race/,
  },
  'keeps the lock once it has moved its thread': {
    from: 'this.catchUp(this.ticks.now());\nthis.release();\nreturn;',
    to: 'this.catchUp(this.ticks.now());\nreturn;',
    calls: MOVES,
    shows: /./,
  },
};

for (const [name, { from, to, calls, shows }] of Object.entries(MUTANTS)) {
  test(`a series that ${name} is found out`, async () => {
    const { finding } = await trying(calls, 1, [{ module: 'vm/rcu', from, to }]);
    const what = `${finding?.kind}: ${finding?.message}`;
    assert.ok(finding);
    assert.match(what, shows);
  });
}
