import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stepped } from '../../src/stepping/operation.js';
import { type Counters, reserveCounters } from '../../src/sync/counters.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { runSchedule } from '../../src/verify/explorer.js';
import type { Machine } from '../../src/verify/machine.js';
import type { FindingKind } from '../../src/verify/program.js';
import { RandomWalk } from '../../src/verify/random-walk.js';
import { reserveSrcu } from '../../src/vm/srcu.js';
import type { Edit } from '../support/edit.js';
import { type Shape, type SrcuClass, type SteppedSrcu, trying } from '../support/srcu-trial.js';
import { Stage, search } from '../support/stepped.js';

/** The domain under the checker: what it promises, and what each part of it is there for. */

interface SteppedMutex {
  acquireMutex(words: Int32Array, at: number, counters: Counters): Stepped<void>;
  releaseMutex(words: Int32Array, at: number, counters: Counters): Stepped<void>;
}

const PAIR: Shape = { readers: 2, sections: 1, writers: 1, graces: 1 };

const SHAPES: [name: string, shape: Shape, preemptions: number][] = [
  ['a writer and two readers', PAIR, 3],
  ['readers of two sections each', { ...PAIR, sections: 2 }, 2],
  ['two grace periods', { ...PAIR, graces: 2 }, 2],
  ['two writers', { ...PAIR, writers: 2 }, 2],
  ['three writers and a reader', { ...PAIR, readers: 1, writers: 3 }, 2],
];

for (const [name, shape, preemptions] of SHAPES) {
  test(`${name}: whoever was in a section is gone (preemption bound ${preemptions})`, async () => {
    const { finding, covered } = await trying(shape, preemptions);
    assert.deepEqual([finding, covered], [null, preemptions]);
  });
}

/** What is wrong with a domain, and as what that shows. */
interface Mutant {
  readonly from: string;
  readonly to: string;
  readonly shape?: Partial<Shape>;
  readonly preemptions?: number;
  readonly shows: readonly FindingKind[];
}

/** A reader is still there: it says so, or reads what the writer writes. */
const EARLY: FindingKind[] = ['exception', 'data race'];
const ASLEEP: FindingKind[] = ['lost wake-up', 'deadlock'];

const MUTANTS: Readonly<Record<string, Mutant>> = {
  'waits for the readers that begin now': {
    from: 'this.awaitReaders(index);',
    to: 'this.awaitReaders(1 - index);',
    shows: EARLY,
  },
  'waits for one index alone': {
    from: 'this.awaitReaders(1 - index);',
    to: '',
    shape: { graces: 2 },
    shows: EARLY,
  },
  'sums up the beginnings before the ends': {
    from: 'const ends = this.sum(ENDS + index);\n        return this.sum(index) === ends;',
    to: 'const begun = this.sum(index);\n        return begun === this.sum(ENDS + index);',
    preemptions: 3,
    shows: EARLY,
  },
  'shares a grace period that is under way': {
    from: '(sequence + 3) & ~1',
    to: '(sequence + 2) & ~1',
    shape: { writers: 2 },
    shows: EARLY,
  },
  'takes the lead though another may have': {
    from: 'Atomics.compareExchange(this.words, sequenceAt, sequence, sequence + 1) === sequence',
    to: 'Atomics.store(this.words, sequenceAt, sequence + 1) === sequence + 1',
    shape: { readers: 1, writers: 3 },
    shows: [...EARLY, ...ASLEEP],
  },
  'sleeps without another look at the readers': {
    from: 'if (!this.isQuiet(index))\n                Atomics.wait',
    to: 'Atomics.wait',
    shows: ASLEEP,
  },
  'leaves a section without a look at who waits': {
    from: 'this.wakeLeader(index + 1);',
    to: '{}',
    shows: ASLEEP,
  },
  'looks for those who sleep before the grace period has ended': {
    from: `Atomics.add(this.words, this.at + SEQUENCE, 1);
        if (Atomics.load(this.words, this.at + SLEEPERS) > 0)`,
    to: `const sleepers = Atomics.load(this.words, this.at + SLEEPERS);
        Atomics.add(this.words, this.at + SEQUENCE, 1);
        if (sleepers > 0)`,
    shape: { writers: 2 },
    shows: ASLEEP,
  },
  'counts beginnings with a plain write': {
    from: 'Atomics.add(this.words, this.ownAt + index, 1);',
    to: 'this.words[this.ownAt + index] = this.words[this.ownAt + index] + 1;',
    shows: ['data race'],
  },
};

for (const [name, { from, to, shape, preemptions = 2, shows }] of Object.entries(MUTANTS)) {
  test(`a domain that ${name} is found out`, async () => {
    const edit = { module: 'vm/srcu', from, to };
    const { finding } = await trying({ ...PAIR, ...shape }, preemptions, [edit]);
    assert.ok(finding && shows.includes(finding.kind), `${finding?.kind}: ${finding?.message}`);
  });
}

/**
 * Two readers of which one is always inside, until the grace period has ended: each leaves when the
 * other has come. Every section ends, so the grace period must.
 */
async function handingOver(edits: readonly Edit[] = []): Promise<Machine> {
  const stage = new Stage(edits);
  const { Srcu } = await stage.module<{ Srcu: SrcuClass }>('vm/srcu');
  const layout = new Layout();
  const domain = reserveSrcu(layout, 2);
  /** How many sections were begun, by the two in turn. */
  const begunAt = layout.reserve(1);
  const doneAt = layout.reserve(1);
  const memory = allocateMemory(layout.totalBytes);
  const { words } = memory;
  const write = function* (srcu: SteppedSrcu): Stepped<void> {
    yield* stage.awaitEither(words, begunAt, 0, begunAt, 0);
    yield* srcu.synchronize();
    yield* stage.store(words, doneAt, 1);
  };
  const read = function* (reader: number, srcu: SteppedSrcu): Stepped<void> {
    if (reader === 1) yield* stage.awaitEither(words, begunAt, 0, begunAt, 0);
    for (let section = reader; (yield* stage.load(words, doneAt)) === 0; section += 2) {
      const index = yield* srcu.readLock();
      yield* stage.store(words, begunAt, section + 1);
      yield* stage.awaitEither(words, begunAt, section + 1, doneAt, 0);
      yield* srcu.readUnlock(index);
    }
  };
  return stage.machine(memory, 3, (thread) => {
    const srcu = new Srcu(memory, domain, Math.max(0, thread - 1), 0, null);
    return thread === 0 ? write(srcu) : read(thread - 1, srcu);
  });
}

test('a grace period ends though there is always somebody inside', async () => {
  const machine = await handingOver();
  assert.equal(runSchedule(machine, []).finding, undefined);
  const walk = new RandomWalk(machine, 1);
  assert.equal(
    walk.explore(() => walk.schedules >= 500),
    'paused',
  );
});

test('without the flip it would not', async () => {
  const flip = 'Atomics.store(this.words, this.at + INDEX, 1 - index);';
  const machine = await handingOver([{ module: 'vm/srcu', from: flip, to: '' }]);
  assert.equal(runSchedule(machine, []).finding?.kind, 'livelock');
});

/** A read section that waits for a mutex, as assign does, against a shutdown that needs both. */
async function underTheMutex(waitsInside: boolean): Promise<Machine> {
  const stage = new Stage();
  const { Srcu } = await stage.module<{ Srcu: SrcuClass }>('vm/srcu');
  const { acquireMutex, releaseMutex } = await stage.module<SteppedMutex>('locks/mutex');
  const { Counters: SteppedCounters } = await stage.module<{ Counters: typeof Counters }>(
    'sync/counters',
  );
  const layout = new Layout();
  const domain = reserveSrcu(layout, 1);
  const mutexAt = layout.reserve(1);
  const countersAt = reserveCounters(layout, 2);
  const memory = allocateMemory(layout.totalBytes);
  const { words } = memory;
  const assign = function* (srcu: SteppedSrcu, counters: Counters): Stepped<void> {
    const index = yield* srcu.readLock();
    yield* acquireMutex(words, mutexAt, counters);
    yield* releaseMutex(words, mutexAt, counters);
    yield* srcu.readUnlock(index);
  };
  const shutDown = function* (srcu: SteppedSrcu, counters: Counters): Stepped<void> {
    if (!waitsInside) yield* srcu.synchronize();
    yield* acquireMutex(words, mutexAt, counters);
    if (waitsInside) yield* srcu.synchronize();
    yield* releaseMutex(words, mutexAt, counters);
  };
  return stage.machine(memory, 2, (thread) => {
    const srcu = new Srcu(memory, domain, 0, 0, null);
    const counters = new SteppedCounters(memory, countersAt, thread);
    return thread === 0 ? assign(srcu, counters) : shutDown(srcu, counters);
  });
}

test('a grace period before the mutex is right, one inside it is a deadlock', async () => {
  const { finding, covered } = search(await underTheMutex(false), 3);
  assert.deepEqual([finding, covered], [null, 3]);
  assert.equal(search(await underTheMutex(true), 2).finding?.kind, 'deadlock');
});
