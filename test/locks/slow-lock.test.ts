import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lock } from '../../src/locks/lock.js';
import { LOCKS } from '../../src/locks/lock.js';
import { SlowLock } from '../../src/locks/slow-lock.js';
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

test('the section is at least so much longer, and the time goes by inside', () => {
  for (const factor of [1, 1.5, 4]) {
    const inner = new NotedLock();
    const lock = new SlowLock(inner, factor, someCounters().counters);
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

test('it is the same lock: the words, the statistics and the exclusion are the inner one’s', () => {
  const { memory, at, counters } = someCounters();
  const lock = new SlowLock(LOCKS.mutex.create(siteOf(memory, at, 1, counters, 0)), 2, counters);
  lock.acquire(0);
  assert.equal(memory.words[at], 1);
  lock.release(0);
  assert.equal(memory.words[at], 0);
  assert.equal(counters.read(COUNTER.contended), 0);
  assert.equal(counters.read(COUNTER.waitTotalNs), 0);
});
