import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { StopWord } from '../../src/sync/stop.js';
import { Rcu, reserveRcu } from '../../src/vm/rcu.js';
import { isReached, Ticks, ticksOfGracePeriod } from '../../src/vm/ticks.js';
import fc from '../support/properties.js';

/** 250 Hz: a grace period takes two ticks. */
const TICK_NS = 4e6;
const LENGTH = 2;
/** From the domain's first word: when the callback is called that was queued last. */
const NEWEST = 3;

/** Ticks that come when they are told to; who sleeps is there at once. */
class SetTicks extends Ticks {
  readonly slept: number[] = [];
  tick: number;

  constructor(tick = 0) {
    super(TICK_NS, 0, new StopWord(new Int32Array(new SharedArrayBuffer(4)), 0));
    this.tick = tick;
  }

  override now(): number {
    return this.tick;
  }

  override sleepUntil(tick: number): void {
    if (((tick - this.tick) | 0) <= 0) return;
    this.slept.push(tick);
    this.tick = tick;
  }
}

class Domain {
  private readonly layout = new Layout();
  readonly at = reserveRcu(this.layout);
  readonly memory = allocateMemory(this.layout.totalBytes);

  /** What somebody sleeps until who calls a method at a tick. */
  whoComes(tick: number, call: 'moveThread' | 'barrier' | 'callLater'): number[] {
    const ticks = new SetTicks(tick);
    new Rcu(this.memory, this.at, TICK_NS, ticks)[call]();
    return ticks.slept;
  }

  get newest(): number {
    return Atomics.load(this.memory.words, this.at + NEWEST);
  }
}

test('a grace period takes as many ticks as the kernel lets pass before it looks, and one', () => {
  assert.deepEqual([4e6, 10e6, 3_333_333, 1e6].map(ticksOfGracePeriod), [2, 2, 3, 4]);
});

test('who moves a thread alone waits, who comes soon after does not, and who comes late does', () => {
  const domain = new Domain();
  // Noticed at tick 1, a grace period from 1 to 3, called at 4.
  assert.deepEqual(domain.whoComes(0, 'moveThread'), [4]);
  // Its own callback is called at 8.
  assert.deepEqual(domain.whoComes(7, 'moveThread'), []);
  // Another one for whoever came at 7: queued at 8, called at 12.
  assert.deepEqual(domain.whoComes(11, 'moveThread'), []);
  assert.deepEqual(domain.whoComes(20, 'moveThread'), [24]);
});

test('who comes while another waits to move a thread waits for the same grace period', () => {
  const domain = new Domain();
  const { memory, at } = domain;
  const seen: number[][] = [];
  class Meeting extends SetTicks {
    override sleepUntil(tick: number): void {
      seen.push(domain.whoComes(2, 'moveThread'));
      super.sleepUntil(tick);
    }
  }
  const first = new Meeting(0);
  new Rcu(memory, at, TICK_NS, first).moveThread();
  assert.deepEqual([first.slept, seen], [[4], [[4]]]);
});

test('a barrier ends with the last callback, and who comes while it lasts shares the next', () => {
  const domain = new Domain();
  /** Comes to a barrier at a tick; while it sleeps for the first time, the next one comes. */
  const come = (ticks: readonly number[]): number[][] => {
    let others: number[][] = [];
    class Meeting extends SetTicks {
      override sleepUntil(tick: number): void {
        if (this.slept.length === 0 && ticks.length > 1) others = come(ticks.slice(1));
        super.sleepUntil(tick);
      }
    }
    const own = new Meeting(ticks[0]);
    new Rcu(domain.memory, domain.at, TICK_NS, own).barrier();
    return [own.slept, ...others];
  };
  // Grace periods from 1 to 3, from 3 to 5, which whoever comes at 2 waits for, and from 5 to 7.
  assert.deepEqual(come([0, 2, 3]), [[4], [4, 8], [4, 8]]);
});

/** Tick by tick: what is noticed, what ends, what begins. @returns when each is called */
function byHand(queuedAt: readonly number[]): number[] {
  const called: number[] = [];
  let waiting: number[] = [];
  let ends = -1;
  let running: number[] = [];
  for (let tick = 0; called.filter((at) => at !== undefined).length < queuedAt.length; tick++) {
    for (const [which, at] of queuedAt.entries()) if (at + 1 === tick) waiting.push(which);
    if (ends === tick) {
      for (const which of running) called[which] = tick + 1;
    }
    if (ends <= tick && waiting.length > 0) {
      ends = tick + LENGTH;
      running = waiting;
      waiting = [];
    }
  }
  return called;
}

test('callbacks are called when a series of grace periods, tick by tick, has them called', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(gaps, (all) => {
      const domain = new Domain();
      let tick = 0;
      const queuedAt = all.map((gap) => {
        tick += gap;
        return tick;
      });
      const called = queuedAt.map((at) => {
        domain.whoComes(at, 'callLater');
        return domain.newest;
      });
      assert.deepEqual(called, byHand(queuedAt));
    }),
  );
});

test('ticks are those of a clock that threads have in common', () => {
  const stop = new StopWord(new Int32Array(new SharedArrayBuffer(4)), 0);
  const near = new Ticks(1e9, 0, stop);
  const ahead = new Ticks(1e9, 5e9, stop);
  const before = near.now();
  const between = ahead.now() - 5;
  assert.ok(before <= between && between <= near.now());
  const short = new Ticks(1e6, 0, stop);
  const tick = short.now() + 2;
  short.sleepUntil(tick);
  assert.ok(isReached(short.now(), tick));
});
