import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINE_WORDS } from '../../src/sync/layout.js';
import { until } from '../support/watchdog.js';
import { Queue } from './queue.js';

/** Who comes next, where it can be told: the set-up is deterministic, by the locks' own words. */

const ARRIVALS = [3, 1, 4, 2];

test('ticket: first come, first served', async () => {
  const queue = new Queue('ticket', 5);
  queue.lock.acquire(0);
  for (const [i, self] of ARRIVALS.entries()) {
    await queue.come(self, () => queue.word(0) >>> 16 === i + 2);
  }
  queue.lock.release(0);
  await queue.ended();
  assert.deepEqual(queue.order(), ARRIVALS);
});

test('ticket: the numbers go round', async () => {
  const queue = new Queue('ticket', 3);
  const last = 0xffff;
  // As if 65,535 tickets had been served without a pause: the holder takes the last number.
  queue.setWord(0, (last << 16) | last);
  queue.lock.acquire(0);
  assert.equal(queue.word(0), last);
  for (const self of [2, 1]) await queue.come(self, () => queue.word(0) >>> 16 === 3 - self);
  queue.lock.release(0);
  await queue.ended();
  assert.deepEqual(queue.order(), [2, 1]);
});

for (const name of ['mcs', 'mcs-park', 'cna'] as const) {
  test(`${name}: first come, first served`, async () => {
    const queue = new Queue(name, 5);
    queue.lock.acquire(0);
    let before = 0;
    for (const self of ARRIVALS) {
      const nextAt = (before + 1) * LINE_WORDS;
      await queue.come(self, () => queue.word(nextAt) === self + 1);
      before = self;
    }
    queue.lock.release(0);
    await queue.ended();
    assert.deepEqual(queue.order(), ARRIVALS);
  });
}

test('cna: its own node goes first, the others then in their order', async () => {
  // Threads 0 to 3 are node 0's, 4 to 7 node 1's.
  const queue = new Queue('cna', 8, 2);
  queue.lock.acquire(0);
  let before = 0;
  for (const self of [4, 1, 5, 6, 2, 7]) {
    const nextAt = (before + 1) * LINE_WORDS;
    await queue.come(self, () => queue.word(nextAt) === self + 1);
    before = self;
  }
  queue.lock.release(0);
  await queue.ended();
  assert.deepEqual(queue.order(), [1, 2, 4, 5, 6, 7]);
});

test('linux-mutex: a sleeper that was passed is handed the lock, and nobody else gets it', async () => {
  const WAITERS = 1;
  const HANDOFF = 2;
  const queue = new Queue('linux-mutex', 3);
  queue.lock.acquire(0);
  await queue.come(1, () => (queue.word(0) & WAITERS) !== 0, { stay: 2 });
  // Pass it until it complains: how soon it wakes is up to the machine. It may also be in time.
  let isHeld = true;
  await until(
    () => {
      if (isHeld && (queue.word(0) & HANDOFF) !== 0) return true;
      if (isHeld) queue.lock.release(0);
      const word = queue.word(0);
      if (word >> 3 === 2) return true;
      // Not with acquire(), which would wait for good where thread 1 was faster.
      isHeld = word >> 3 === 0 && queue.exchangeWord(0, word, word | (1 << 3));
      return false;
    },
    () => 'it never asks for a hand-off',
  );
  if (queue.word(0) >> 3 === 1) queue.lock.release(0);
  assert.equal(queue.word(0) >> 3, 2, 'the owner is thread 1, at once');
  await until(
    () => queue.order().length === 1,
    () => 'it has the lock and does not come in',
  );
  queue.letGo();
  await queue.ended();
});

test('rwsem: readers share it, a writer that waits stops new ones, and comes first', async () => {
  const WRITER = 1;
  const WAITERS = 2;
  const READER = 256;
  const queue = new Queue('rwsem', 5);
  queue.lock.acquireShared(0);
  await queue.come(1, () => queue.order().length === 1, { isShared: true });
  assert.deepEqual(queue.order(), [1], 'a reader beside a reader');
  await queue.come(2, () => (queue.word(0) & WAITERS) !== 0);
  const firstAt = 2;
  const lastAt = 3;
  await queue.come(3, () => queue.word(lastAt) === 4, { isShared: true });
  assert.equal(queue.word(firstAt), 3, 'the writer is first');
  await until(
    () => queue.word(0) === READER + WAITERS,
    () => 'the reader in line is still counted',
  );
  assert.equal(queue.word(0) & WRITER, 0);
  queue.lock.releaseShared(0);
  await queue.ended();
  assert.deepEqual(queue.order(), [1, 2, 3]);
});

test('rwsem: readers that waited for a writer come in together', async () => {
  const queue = new Queue('rwsem', 4);
  queue.lock.acquire(0);
  for (const self of [1, 2, 3]) {
    // Each leaves only when all three are inside.
    await queue.come(self, () => queue.word(3) === self + 1, { stay: 3, isShared: true });
  }
  assert.deepEqual(queue.order(), [], 'a writer has it alone');
  queue.lock.release(0);
  await queue.ended();
  assert.equal(queue.order().length, 3);
});
