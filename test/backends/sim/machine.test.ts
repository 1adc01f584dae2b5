import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OP } from '../../../src/stepping/operation.js';
import { plainProfile, profileOf } from '../../support/profiles.js';
import { type Code, SimRig } from '../../support/sim-rig.js';

/** What the machine makes of single operations, reckoned by hand from the round profile. */

const HIT = 2;
const ATOMIC = 10;
const CLOCK = 20;
const LOOK = 40;
const SOCKET = 50;
const L3 = 30;
const LOCAL = 80;
const SWITCH = 1_500;
const FUTEX_CALL = 300;
const WAKE = 1_000;
const WAKE_TO_RUN = 4_000;
const SLACK = 50_000;
const C1 = 2_000;
const C6 = 133_000;

test('operations of one thread take what the profile says', () => {
  const rig = new SimRig(plainProfile(1)).add(function* (rig) {
    yield* rig.operate(OP.store, 0, 5);
    assert.equal(yield* rig.operate(OP.add, 0, 2), 5);
    assert.equal(yield* rig.operate(OP.load, 0), 7);
    assert.equal(yield* rig.operate(OP.compareExchange, 0, 1, 9), 7);
    assert.equal(yield* rig.clock(), LOCAL + 3 * ATOMIC + HIT + CLOCK);
    yield* rig.pause(100);
    yield* rig.operate(OP.pause, 0, 0, 0, 0, 3);
  });
  assert.equal(rig.run(), LOCAL + 3 * ATOMIC + HIT + CLOCK + 100 + 3 * LOOK);
  assert.equal(rig.machine.busyNs, rig.machine.nowNs);
});

test('two threads that answer each other take the way of the line there and back', () => {
  const rounds = 100;
  const player = (other: number): Code =>
    function* (rig) {
      for (let round = 0; round < rounds; round++) {
        yield* rig.operate(OP.awaitChange, 0, other);
        yield* rig.operate(OP.store, 0, other);
      }
    };
  const rig = new SimRig(plainProfile(2));
  rig.memory.words[rig.word(0)] = 1;
  rig.add(player(2), player(1));
  // A store takes the line from the one that looks, who gets it back and looks.
  const answer = SOCKET + ATOMIC + SOCKET + HIT;
  // The first store waits for both to have had their first look; the last is seen by nobody.
  const begin = LOCAL + L3;
  assert.equal(rig.run(), begin + (2 * rounds - 1) * answer + SOCKET + ATOMIC);
});

test('a spinner costs two events a change of its line, however long it spins', () => {
  const rig = new SimRig(plainProfile(2)).add(
    function* (rig) {
      yield* rig.operate(OP.awaitChange, 0, 0);
      yield* rig.note('seen');
    },
    function* (rig) {
      yield* rig.pause(50e6);
      yield* rig.operate(OP.store, 0, 1);
    },
  );
  rig.run();
  assert.deepEqual(rig.log, [`seen ${50e6 + SOCKET + ATOMIC + SOCKET + HIT}`]);
  assert.ok(rig.machine.steps < 10, `${rig.machine.steps} steps`);
});

test('a bounded spin gives up after its looks, or goes on when the line has come', () => {
  for (const [changeNs, seen, ns] of [
    [1_000, false, 10 * LOOK + HIT],
    [200, true, 200 + SOCKET + ATOMIC + SOCKET + HIT],
  ] as const) {
    const rig = new SimRig(plainProfile(2)).add(
      function* (rig) {
        yield* rig.operate(OP.load, 0);
        const begun = yield* rig.clock();
        assert.equal(yield* rig.operate(OP.glance, 0, 0, 0, 0, 10), seen);
        const took = (yield* rig.clock()) - begun - CLOCK;
        assert.equal(took, seen ? ns - begun : ns);
      },
      function* (rig) {
        yield* rig.pause(changeNs);
        yield* rig.operate(OP.store, 0, 1);
      },
    );
    rig.run();
  }
});

test('who spins while another runs is told the truth: when that one sleeps, it is over', () => {
  const rig = new SimRig(plainProfile(2)).add(
    function* (rig) {
      assert.equal(yield* rig.operate(OP.isRunning, 1 / 16 - 1, 0), true);
      assert.equal(yield* rig.operate(OP.glance, 0, 0, 0, 1), false);
      yield* rig.note('over');
      assert.equal(yield* rig.operate(OP.isRunning, 1 / 16 - 1, 0), false);
      yield* rig.operate(OP.notify, 1, 1);
    },
    function* (rig) {
      yield* rig.pause(10_000);
      yield* rig.operate(OP.wait, 1, 0, Number.POSITIVE_INFINITY);
    },
  );
  rig.run();
  assert.deepEqual(rig.log, [`over ${10_000 + LOCAL + FUTEX_CALL + LOOK}`]);
});

test('sleepers wake first in, first out', () => {
  const sleeper: Code = function* (rig, self) {
    yield* rig.pause(self * 1_000);
    assert.equal(yield* rig.operate(OP.wait, 0, 0, Number.POSITIVE_INFINITY), 'ok');
    yield* rig.note(`${self}`);
  };
  const rig = new SimRig(plainProfile(5)).add(sleeper, sleeper, sleeper, sleeper, function* (rig) {
    yield* rig.pause(20_000);
    assert.equal(yield* rig.operate(OP.notify, 0, 1), 1);
    assert.equal(yield* rig.operate(OP.notify, 0, 2), 2);
    assert.equal(yield* rig.operate(OP.notify, 0, Number.POSITIVE_INFINITY), 1);
    assert.equal(yield* rig.operate(OP.notify, 0, Number.POSITIVE_INFINITY), 0);
  });
  rig.run();
  const call = FUTEX_CALL + WAKE;
  const run = C1 + WAKE_TO_RUN;
  assert.deepEqual(rig.log, [
    `0 ${20_000 + call + run}`,
    `1 ${20_000 + call + call + run}`,
    `2 ${20_000 + call + call + WAKE + run}`,
    `3 ${20_000 + call + call + WAKE + call + run}`,
  ]);
});

test('a wait for what is not there returns at once; one that is notified on its way does not sleep', () => {
  const rig = new SimRig(plainProfile(2)).add(
    function* (rig) {
      yield* rig.operate(OP.load, 0);
      assert.equal(yield* rig.operate(OP.wait, 0, 7, Number.POSITIVE_INFINITY), 'not-equal');
      yield* rig.note('not equal');
      yield* rig.operate(OP.wait, 0, 0, Number.POSITIVE_INFINITY);
      yield* rig.note('spared');
    },
    function* (rig) {
      yield* rig.pause(LOCAL + HIT + FUTEX_CALL + 100);
      assert.equal(yield* rig.operate(OP.notify, 0, 1), 1);
    },
  );
  rig.run();
  const once = HIT + FUTEX_CALL;
  assert.deepEqual(rig.log, [`not equal ${LOCAL + once}`, `spared ${LOCAL + once + CLOCK + once}`]);
});

test('a sleep ends with the timer slack, the exit of the idle state, and the way to run', () => {
  const rig = new SimRig(plainProfile(1)).add(function* (rig) {
    yield* rig.operate(OP.load, 0);
    assert.equal(yield* rig.operate(OP.wait, 0, 0, 1), 'timed-out');
    yield* rig.note('long');
    assert.equal(yield* rig.operate(OP.wait, 0, 0, 0.01), 'timed-out');
    yield* rig.note('short');
  });
  rig.run();
  const long = LOCAL + 1e6 + SLACK + C6 + WAKE_TO_RUN;
  const short = long + CLOCK + 10_000 + SLACK + C1 + WAKE_TO_RUN;
  assert.deepEqual(rig.log, [`long ${long}`, `short ${short}`]);
});

test('a sleeper that was notified is not woken again by its time-out', () => {
  const rig = new SimRig(plainProfile(2)).add(
    function* (rig) {
      assert.equal(yield* rig.operate(OP.wait, 0, 0, 1), 'ok');
      assert.equal(yield* rig.operate(OP.wait, 0, 0, 100), 'timed-out');
    },
    function* (rig) {
      yield* rig.pause(500_000);
      yield* rig.operate(OP.notify, 0, 1);
    },
  );
  assert.ok(rig.run() > 100e6);
});

test('two threads on one CPU take turns, a slice each', () => {
  const worker: Code = function* (rig, self) {
    yield* rig.pause(10e6);
    yield* rig.note(`${self}`);
  };
  const rig = new SimRig(plainProfile(1)).addOn(0, worker).addOn(0, worker);
  rig.run();
  // 3 + 3 + 3 + 1 ms each, the second thread a turn behind.
  assert.deepEqual(rig.log, [`0 ${19e6 + 6 * SWITCH}`, `0 ${20e6 + CLOCK + 7 * SWITCH}`]);
});

test('a thread that sleeps leaves its CPU to who waits for it', () => {
  const rig = new SimRig(plainProfile(1))
    .addOn(0, function* (rig) {
      yield* rig.operate(OP.wait, 0, 0, 100);
    })
    .addOn(0, function* (rig) {
      yield* rig.note('begins');
      yield* rig.pause(1e6);
    });
  rig.run();
  assert.deepEqual(rig.log, [`begins ${LOCAL + FUTEX_CALL + SWITCH}`]);
});

test('an idle CPU takes over who waits for another', () => {
  const worker: Code = function* (rig) {
    yield* rig.pause(2e6);
  };
  const rig = new SimRig(plainProfile(2))
    .addOn(0, worker)
    .addOn(0, worker)
    .addOn(1, function* () {});
  assert.equal(rig.run(), SWITCH + 2e6);
  const pinned = new SimRig(plainProfile(2))
    .addOn(0, worker)
    .addOn(0, worker, Uint8Array.of(1, 0))
    .addOn(1, function* () {});
  assert.equal(pinned.run(), 2e6 + SWITCH + 2e6);
});

test('a thread that wakes goes to an idle core of its socket when its own CPU is taken', () => {
  const sleeper: Code = function* (rig) {
    yield* rig.operate(OP.wait, 0, 0, 0.001);
    yield* rig.operate(OP.store, 1, 1);
    yield* rig.note('woken');
    yield* rig.pause(1e6);
  };
  const worker: Code = function* (rig) {
    yield* rig.pause(1e6);
    const begun = yield* rig.clock();
    yield* rig.operate(OP.load, 1);
    const took = (yield* rig.clock()) - begun - CLOCK;
    assert.equal(took, SOCKET, 'from the other core, not from the other thread of this one');
  };
  const rig = new SimRig(profileOf()).addOn(0, sleeper).addOn(0, worker);
  rig.run();
  const [woken = 0] = rig.log.map((line) => Number(line.split(' ')[1]));
  assert.ok(woken < 100_000, 'it does not wait for its old CPU');
});

test('plain work takes longer while the other thread of its core is busy; a pause does not', () => {
  const worker: Code = function* (rig) {
    for (let i = 0; i < 10; i++) yield* rig.pause(100);
  };
  const run = (...cpus: number[]) => {
    const rig = new SimRig(profileOf(), { plainNs: 10 });
    for (const cpu of cpus) rig.addOn(cpu, worker);
    return rig.run();
  };
  assert.equal(run(0), 10 * 100 + 11 * 10);
  assert.equal(run(0, 1), 10 * 100 + 11 * 10);
  // The first one's first work is done before the second is there.
  assert.equal(run(0, 4), 10 * 100 + 11 * 15);
});

test('one CPU gives no parallelism, two give two', () => {
  const worker: Code = function* (rig) {
    yield* rig.pause(1e6);
  };
  const run = (cpus: number) => {
    const rig = new SimRig(plainProfile(cpus));
    for (let thread = 0; thread < 6; thread++) rig.addOn(thread % cpus, worker);
    return rig.run();
  };
  assert.equal(run(1), 6e6 + 5 * SWITCH);
  assert.equal(run(2), 3e6 + 2 * SWITCH);
  assert.equal(run(6), 1e6);
});

test('a thread that waits for a time that never comes is found out', () => {
  const rig = new SimRig(plainProfile(1)).add(function* (rig) {
    for (;;) yield* rig.clock();
  });
  assert.throws(() => rig.run(), /a time that never comes/);
});

test('where all wait for each other there is nothing left to happen', () => {
  const rig = new SimRig(plainProfile(1)).add(function* (rig) {
    yield* rig.operate(OP.wait, 0, 0, Number.POSITIVE_INFINITY);
  });
  rig.run();
  assert.equal(rig.machine.alive, 1);
  rig.memory.words[rig.word(0)] = 1;
  rig.machine.wakeOutdated();
  rig.run();
  assert.equal(rig.machine.alive, 0);
});
