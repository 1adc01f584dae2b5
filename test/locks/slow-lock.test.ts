import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lock } from '../../src/locks/lock.js';
import { LOCKS } from '../../src/locks/lock.js';
import { SlowLock } from '../../src/locks/slow-lock.js';
import { OP, type Stepped } from '../../src/stepping/operation.js';
import { World } from '../../src/stepping/world.js';
import { nowNs } from '../../src/sync/clock.js';
import { COUNTER, Counters, reserveCounters } from '../../src/sync/counters.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { spinFor } from '../../src/sync/spin.js';
import { siteOf } from '../support/sites.js';

/** Notes what is done to it and when. */
class NotedLock implements Lock {
  readonly notes: { readonly verb: string; readonly self: number; readonly atNs: number }[] = [];

  acquire(self: number): void {
    this.notes.push({ verb: 'acquire', self, atNs: nowNs() });
  }

  release(self: number): void {
    this.notes.push({ verb: 'release', self, atNs: nowNs() });
  }
}

function someCounters() {
  const layout = new Layout();
  const first = reserveCounters(layout, 1);
  const at = layout.reserve(1);
  const memory = allocateMemory(layout.totalBytes);
  return { memory, at, counters: new Counters(memory, first, 0) };
}

test('the time goes by inside, and the section is longer for it', () => {
  for (const factor of [1, 1.5, 4]) {
    const inner = new NotedLock();
    const lock = new SlowLock(inner, factor, 0, someCounters().counters);
    lock.acquire(3);
    const begunNs = nowNs();
    spinFor(1e6);
    const workNs = nowNs() - begunNs;
    lock.release(3);
    const [acquired, released] = inner.notes;
    assert.deepEqual([acquired?.verb, released?.verb], ['acquire', 'release']);
    assert.deepEqual([acquired?.self, released?.self], [3, 3]);
    const heldNs = (released?.atNs ?? 0) - (acquired?.atNs ?? 0);
    assert.ok(heldNs >= workNs * factor - 2, `${heldNs} ns for ${workNs} × ${factor}`);
  }
});

test('with a clock that takes time itself, sections are longer by the factor and no more', async () => {
  for (const readingNs of [0, 20, 60, 500]) {
    for (const [workNs, factor] of [
      [1000, 1.25],
      [600, 1.25],
      [5000, 1.01],
      [1e6, 3],
      [100, 50],
    ] as const) {
      const heldNs = await heldFor(workNs, factor, readingNs);
      const wantedNs = workNs * factor;
      const least = workNs + 2 * readingNs;
      const label = `${workNs} ns x ${factor}, clock ${readingNs} ns: ${heldNs} ns`;
      if (wantedNs <= least) assert.equal(heldNs, least, label);
      else assert.ok(Math.abs(heldNs - wantedNs) <= readingNs / 2, label);
    }
  }
});

/**
 * A section on a clock whose readings take time, of which half goes by before it is read.
 * @returns from when the inner lock was taken until it was given back
 */
async function heldFor(workNs: number, factor: number, readingNs: number): Promise<number> {
  const world = new World({});
  const { SlowLock: Stepping } = (await world.load('locks/slow-lock')) as unknown as SteppedLock;
  let now = 0;
  const notes: number[] = [];
  // Done at once, in no step.
  const noteTime = () => {
    notes.push(now);
    return [];
  };
  const inner = { acquire: noteTime, release: noteTime };
  const run = (code: Stepped) => {
    let answer: unknown;
    for (;;) {
      const step = code.next(answer);
      if (step.done) return;
      const { kind, a } = world.register;
      if (kind === OP.clock) {
        answer = now + readingNs / 2;
        now += readingNs;
      } else {
        assert.equal(kind, OP.pause);
        // Natively: readings until one is late enough.
        const untilNs = now - readingNs / 2 + a;
        for (let isOver = a <= 0; !isOver; now += readingNs) {
          if (readingNs === 0) now = untilNs;
          isOver = now + readingNs / 2 >= untilNs;
        }
      }
    }
  };
  const lock = new Stepping(inner, factor, readingNs, someCounters().counters);
  run(lock.acquire(0));
  now += workNs;
  run(lock.release(0));
  return (notes[1] as number) - (notes[0] as number);
}

interface SteppedLock {
  readonly SlowLock: new (
    inner: unknown,
    factor: number,
    readingNs: number,
    counters: Counters,
  ) => { acquire(self: number): Stepped; release(self: number): Stepped };
}

test('it is the same lock: the words, the statistics and the exclusion are the inner one’s', () => {
  const { memory, at, counters } = someCounters();
  const lock = new SlowLock(LOCKS.mutex.create(siteOf(memory, at, 1, counters, 0)), 2, 0, counters);
  lock.acquire(0);
  assert.equal(memory.words[at], 1);
  lock.release(0);
  assert.equal(memory.words[at], 0);
  assert.equal(counters.read(COUNTER.contended), 0);
  assert.equal(counters.read(COUNTER.waitTotalNs), 0);
});
