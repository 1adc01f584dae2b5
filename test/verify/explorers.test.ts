import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHOICE, choiceOf } from '../../src/verify/choices.js';
import { DepthFirst } from '../../src/verify/dfs.js';
import { Levels } from '../../src/verify/digest.js';
import { type Explorer, runSchedule } from '../../src/verify/explorer.js';
import { minimise } from '../../src/verify/minimise.js';
import { Pct } from '../../src/verify/pct.js';
import { RandomWalk } from '../../src/verify/random-walk.js';
import { readSchedule, spellSchedule } from '../../src/verify/schedule.js';
import fc from '../support/properties.js';
import { machineOf, type Script } from './programs.js';

/** So many operations on words of its own. */
const independent = (thread: number, operations: number): Script =>
  function* (pen) {
    for (let i = 0; i < operations; i++) yield* pen.op('store', thread, i + 1);
  };

/** Adds to a word in two steps, so that an addition can be lost. */
const adds: Script = function* (pen) {
  const value = (yield* pen.op('load', 0)) as number;
  yield* pen.op('store', 0, value + 1);
};
/** Finds a lost addition: three threads that added must be three. */
const fails: Script = function* (pen) {
  yield* adds(pen);
  const done = (yield* pen.op('add', 1, 1)) as number;
  if (done === 2 && (yield* pen.op('load', 0)) !== 3) throw new Error('an addition was lost');
};

function explore(explorer: Explorer, schedules = 1e6) {
  return explorer.explore(() => explorer.schedules >= schedules);
}

test('without reduction, the schedules of two threads are those of the bound, each once', () => {
  // Of 3 + 3 operations: 2 without a preemption; with one, a thread is left after its first or
  // second operation; all interleavings are the binomial coefficient of 6 and 3.
  const counts = [0, 1, 2, 3, 9].map((bound) => {
    const dfs = new DepthFirst(machineOf([independent(0, 3), independent(1, 3)]), bound, false);
    assert.equal(explore(dfs), 'done');
    return dfs.schedules;
  });
  assert.deepEqual(counts, [2, 6, 14, 18, 20]);
});

test('where no choice is left out, the search says that it is exhaustive', () => {
  const small = () => machineOf([independent(0, 2), independent(1, 2)]);
  for (const [bound, isBounded] of [
    [1, true],
    [3, false],
  ] as const) {
    const dfs = new DepthFirst(small(), bound);
    assert.equal(explore(dfs), 'done');
    assert.deepEqual([dfs.wasBounded, dfs.covered], [isBounded, bound]);
  }
});

test('every final memory within the bound is reached, with reduction and without', () => {
  const finals = (bound: number, reduces: boolean) => {
    const machine = machineOf([adds, adds, adds]);
    const seen = new Set<number>();
    const dfs = new DepthFirst(machine, bound, reduces);
    dfs.explore(() => {
      if (machine.threads.every(({ status }) => status === 2))
        seen.add(machine.program.memory.words[0] as number);
      return false;
    });
    return [...seen].sort();
  };
  // A thread that is left between its load and its store undoes what all others did meanwhile.
  for (const reduces of [false, true]) {
    assert.deepEqual([finals(0, reduces), finals(1, reduces)], [[3], [1, 2, 3]]);
  }
});

test('a fault is found with the fewest preemptions', () => {
  for (const reduces of [true, false]) {
    const machine = machineOf([fails, fails, fails]);
    const found = explore(new DepthFirst(machine, 3, reduces));
    assert.ok(typeof found !== 'string');
    assert.equal(runSchedule(machine, found.choices).preemptions, 1);
  }
});

test('a program that does something else each time is found out', () => {
  let runs = 0;
  const moody: Script = function* (pen) {
    yield* pen.op('store', 2 + (runs++ % 3), 1);
    yield* pen.op('load', 0);
    yield* pen.op('load', 0);
  };
  const machine = machineOf([moody, independent(1, 3)]);
  const found = explore(new DepthFirst(machine, 2, false));
  assert.ok(typeof found !== 'string');
  assert.equal(found.finding.kind, 'not deterministic');
});

for (const [name, make] of [
  ['random', (seed: number) => new RandomWalk(machineOf([fails, fails, fails]), seed)],
  ['pct', (seed: number) => new Pct(machineOf([fails, fails, fails]), 2, seed)],
] as const) {
  test(`${name} finds a fault, the same with the same seed`, () => {
    const [first, again] = [make(7), make(7)].map((explorer) => {
      const found = explore(explorer, 1000);
      assert.ok(typeof found !== 'string');
      return [explorer.schedules, found.choices];
    });
    assert.deepEqual(first, again);
    const others = [1, 2, 3, 4, 5, 6].map((seed) => {
      const found = explore(make(seed), 1000);
      return typeof found === 'string' ? found : spellSchedule(found.choices);
    });
    assert.ok(new Set(others).size > 1, 'the seed makes a difference');
  });
}

test('a schedule is made shorter for as long as the finding is the same', () => {
  const busy: Script = function* (pen) {
    for (let i = 0; i < 10; i++) yield* pen.op('add', 5, 1);
  };
  const machine = machineOf([fails, fails, fails, busy]);
  const walk = new RandomWalk(machine, 3);
  const found = explore(walk, 1000);
  assert.ok(typeof found !== 'string');
  const run = minimise(machine, found, false);
  assert.equal(run.finding?.kind, 'exception');
  assert.equal(run.preemptions, 1);
  assert.ok(
    run.choices.every((choice) => choice < choiceOf(3, CHOICE.run)),
    'nothing of the fourth',
  );
  assert.equal(run.choices.length, 10);
});

test('a schedule is spelled and read back', () => {
  assert.equal(spellSchedule([0, 0, 0, 4, 5, 10, 10, 3]), 'a3bbnct2as');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 31 })), (choices) => {
      assert.deepEqual(readSchedule(spellSchedule(choices)), choices);
    }),
  );
  for (const text of ['x', 'a-1', 'a 2', 'aq', '3a']) assert.equal(readSchedule(text), undefined);
});

test('levels of keys are kept at their lowest', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 53 - 1 }), fc.nat({ max: 5 })), {
    maxLength: 6000,
  });
  fc.assert(
    fc.property(pairs, (entries) => {
      const levels = new Levels();
      const model = new Map<number, number>();
      for (const [key, level] of entries) {
        const known = model.get(key);
        assert.equal(levels.lower(key, level), known === undefined || level < known);
        model.set(key, Math.min(level, known ?? level));
      }
      assert.equal(levels.size, model.size);
      for (const [key, level] of model) {
        assert.ok(levels.isBelow(key, level + 1));
        assert.ok(!levels.isBelow(key, level));
      }
    }),
    { numRuns: 20 },
  );
});
