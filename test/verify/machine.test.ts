import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHOICE, choiceOf } from '../../src/verify/choices.js';
import { runSchedule } from '../../src/verify/explorer.js';
import { machineOf, type Script } from './programs.js';

const run = (thread: number) => choiceOf(thread, CHOICE.run);

test('who sleeps first is woken first', () => {
  const sleeper = (thread: number): Script =>
    function* (pen) {
      assert.equal(yield* pen.wait(0, 0), 'ok');
      yield* pen.op('store', 10 + thread, 1);
    };
  const machine = machineOf([sleeper(0), sleeper(1), (pen) => pen.notify(0, 1)]);
  const { words } = machine.program.memory;
  for (const [first, second] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const { finding } = runSchedule(machine, [run(first), run(second), run(2)]);
    assert.equal(finding?.kind, 'deadlock', 'the other sleeps on');
    assert.deepEqual([words[10 + first], words[10 + second]], [1, 0]);
  }
});

test('a wait compares: on another value it does not sleep', () => {
  const machine = machineOf([
    function* (pen) {
      assert.equal(yield* pen.wait(0, 7), 'not-equal');
    },
  ]);
  assert.equal(runSchedule(machine, []).finding, undefined);
});

test('a sleeper that nobody wakes is a lost wake-up where its word has changed, else a deadlock', () => {
  const asleep: Script = (pen) => pen.wait(0, 0);
  const stores: Script = (pen) => pen.op('store', 0, 1);
  const lost = runSchedule(machineOf([asleep, stores]), [run(0), run(1)]);
  assert.equal(lost.finding?.kind, 'lost wake-up');
  assert.equal(runSchedule(machineOf([asleep, stores]), [run(1)]).finding, undefined);
  assert.equal(runSchedule(machineOf([asleep]), []).finding?.kind, 'deadlock');
});

test('a declared spin goes on once its word has changed, and not before', () => {
  const machine = machineOf([
    function* (pen) {
      yield* pen.op('awaitChange', 0, 0);
      yield* pen.op('store', 1, 1);
    },
    (pen) => pen.op('store', 0, 3),
  ]);
  machine.restart();
  assert.ok(machine.choose());
  assert.equal(machine.choices.indexOf(run(0)), -1);
  assert.equal(runSchedule(machine, []).finding, undefined);
  const never = machineOf([(pen) => pen.op('awaitChange', 0, 0)]);
  assert.equal(runSchedule(never, []).finding?.kind, 'deadlock');
});

test('a spin of two words ends with either; one of exchanges, when it gets what it wants', () => {
  for (const at of [0, 5]) {
    const machine = machineOf([
      (pen) => pen.op('awaitEither', 0, 0, 5, 0),
      (pen) => pen.op('store', at, 1),
    ]);
    assert.equal(runSchedule(machine, []).finding, undefined);
  }
  const machine = machineOf([
    (pen) => pen.op('awaitExchange', 0, 1, 0),
    (pen) => pen.op('store', 0, 1),
    (pen) => pen.op('store', 0, 0),
  ]);
  assert.equal(runSchedule(machine, [run(1), run(2)]).finding, undefined);
  assert.equal(machine.program.memory.words[0], 1);
  assert.equal(runSchedule(machine, [run(2), run(1)]).finding?.kind, 'deadlock');
});

test('to leave a thread that could go on costs; one that waits, spins or has ended, nothing', () => {
  const machine = machineOf([
    function* (pen) {
      yield* pen.op('store', 0, 1);
      yield* pen.op('store', 0, 2);
      yield* pen.op('glance', 0, 2);
      yield* pen.op('store', 0, 3);
    },
    (pen) => pen.op('store', 1, 1),
  ]);
  const costAfter = (steps: number) => {
    machine.restart();
    for (let i = 0; i < steps; i++) {
      assert.ok(machine.choose());
      machine.step(run(0));
    }
    assert.ok(machine.choose());
    return machine.choices.costs[machine.choices.indexOf(run(1))];
  };
  assert.deepEqual([0, 1, 2, 3, 4].map(costAfter), [0, 1, 0, 1, 0]);
});

test('a timed wait may time out, at a price while others can go, for nothing when nobody can', () => {
  const machine = machineOf([
    function* (pen) {
      const result = yield* pen.wait(0, 0, 1);
      yield* pen.op('store', 1, result === 'timed-out' ? 1 : 2);
    },
    (pen) => pen.notify(0),
  ]);
  const timesOut = choiceOf(0, CHOICE.timeOut);
  const early = runSchedule(machine, [run(0), timesOut]);
  assert.deepEqual([early.preemptions, machine.program.memory.words[1]], [1, 1]);
  runSchedule(machine, [run(0), run(1)]);
  assert.equal(machine.program.memory.words[1], 2);
  const late = runSchedule(machine, [run(1), run(0)]);
  assert.deepEqual([late.preemptions, machine.program.memory.words[1]], [0, 1]);
});

test('time-outs that lead nowhere do not make a program live', () => {
  const machine = machineOf([
    function* (pen) {
      while ((yield* pen.op('load', 0)) === 0) yield* pen.wait(0, 0, 1);
    },
  ]);
  assert.equal(runSchedule(machine, []).finding?.kind, 'livelock');
});

test('spurious wake-ups happen where they are asked for, and rescue nobody', () => {
  const scripts: Script[] = [(pen) => pen.wait(0, 0), (pen) => pen.op('store', 1, 1)];
  const wakes = choiceOf(0, CHOICE.spurious);
  const plain = runSchedule(machineOf(scripts), [run(0), wakes]);
  assert.equal(plain.finding?.kind, 'deadlock');
  const spurious = machineOf(scripts, { spurious: true });
  assert.equal(runSchedule(spurious, [run(0), wakes]).finding, undefined);
  assert.equal(runSchedule(spurious, [run(0), run(1)]).finding?.kind, 'deadlock');
});

test('a loop that nobody declared lets others go, and is a livelock where there are none', () => {
  const looks: Script = function* (pen) {
    while ((yield* pen.op('compareExchange', 0, 0, 1)) !== 0);
  };
  const frees: Script = function* (pen) {
    yield* pen.op('store', 1, 1);
    yield* pen.op('store', 0, 0);
  };
  const takes: Script = (pen) => pen.op('store', 0, 1);
  const machine = machineOf([looks, frees, takes]);
  assert.equal(runSchedule(machine, [run(2), run(0), run(0), run(0), run(0)]).finding, undefined);
  const alone = machineOf([looks, takes]);
  assert.equal(runSchedule(alone, [run(1)]).finding?.kind, 'livelock');
});

test('a thread that changes memory for ever does not keep others from going on', () => {
  const machine = machineOf([
    function* (pen) {
      while (((yield* pen.op('add', 0, 1)) as number) >= 0);
    },
    (pen) => pen.op('store', 0, -1e6),
  ]);
  assert.equal(runSchedule(machine, []).finding, undefined);
});

test('an exception, and an operation outside of the memory, are findings', () => {
  const thrown = runSchedule(
    machineOf([
      function* (pen) {
        yield* pen.op('load', 0);
        throw new Error('not today');
      },
    ]),
    [],
  );
  assert.deepEqual(thrown.finding, { kind: 'exception', message: 'not today' });
  const outside = runSchedule(machineOf([(pen) => pen.op('load', 1000)]), []);
  assert.match(outside.finding?.message ?? '', /element 1000/);
});

test('words that are nobody’s are not accessed, whichever way', () => {
  const accesses: readonly Script[] = [
    (pen) => pen.op('load', 3),
    (pen) => pen.op('store', 3, 0),
    function* (pen) {
      yield* pen.op('load', 4);
      pen.plainWrite(3, 0);
    },
    function* (pen) {
      yield* pen.op('load', 4);
      pen.plainRead(0);
    },
  ];
  for (const access of accesses) {
    const finding = (nullWords: number) =>
      runSchedule(machineOf([access], {}, undefined, { nullWords }), []).finding?.kind;
    assert.equal(finding(4), 'null link');
    assert.equal(finding(0), undefined);
  }
});
