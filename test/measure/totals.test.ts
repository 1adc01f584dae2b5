import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUpCounters, lockStatistics, workCounters } from '../../src/measure/totals.js';
import { COUNTER, type CounterName, Counters, reserveCounters } from '../../src/sync/counters.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';

const NAMES = Object.keys(COUNTER) as CounterName[];

/** Three threads; counter k of thread t has the value 100 t + k. */
function threeThreads() {
  const layout = new Layout();
  const first = reserveCounters(layout, 3);
  const memory = allocateMemory(layout.totalBytes);
  for (let thread = 0; thread < 3; thread++) {
    const counters = new Counters(memory, first, thread);
    for (const name of NAMES) counters.set(COUNTER[name], 100 * thread + COUNTER[name]);
  }
  return { memory, first };
}

test('counts of threads add up, and the longest wait is the longest of all', () => {
  const { memory, first } = threeThreads();
  const totals = addUpCounters(memory, first, [0, 1, 2]);
  for (const name of NAMES) {
    if (name === 'heldSinceNs') continue;
    const expected = name === 'waitMaxNs' ? 200 + COUNTER[name] : 300 + 3 * COUNTER[name];
    assert.equal(totals[name], expected, name);
  }
});

test('threads that are left out are left out', () => {
  const { memory, first } = threeThreads();
  const totals = addUpCounters(memory, first, [1]);
  assert.equal(totals.connects, 100 + COUNTER.connects);
  const none = addUpCounters(memory, first, []);
  for (const name of NAMES) assert.equal(none[name], 0);
});

function totalsOf(values: Partial<Record<CounterName, number>>) {
  const zeros = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<CounterName, number>;
  return { ...zeros, ...values };
}

test('the lock’s mean wait is that of those who waited', () => {
  const lock = lockStatistics(
    totalsOf({
      acquisitions: 10,
      contended: 4,
      waitTotalNs: 100,
      waitMaxNs: 60,
      parks: 3,
      wakes: 2,
    }),
  );
  assert.deepEqual(lock, {
    acquisitions: 10,
    contended: 4,
    waitTotalNs: 100,
    waitMeanNs: 25,
    waitMaxNs: 60,
    parks: 3,
    wakes: 2,
  });
  assert.equal(lockStatistics(totalsOf({ acquisitions: 10 })).waitMeanNs, null);
});

test('errors have their names, and those that did not happen have none', () => {
  assert.deepEqual(workCounters(totalsOf({})).errors, {});
  const work = workCounters(
    totalsOf({ errorBusy: 1, errorNoMemory: 2, errorInvalid: 3, errorCallback: 4, warnings: 5 }),
  );
  assert.deepEqual(work.errors, { EBUSY: 1, ENOMEM: 2, EINVAL: 3, EIO: 4 });
  assert.equal(work.warnings, 5);
});
