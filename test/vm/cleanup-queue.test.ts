import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { CleanUpQueue, END, reserveCleanUpQueue } from '../../src/vm/cleanup-queue.js';
import { Crew } from '../support/crew.js';
import type { KernelTask } from '../support/kernel.worker.js';
import fc from '../support/properties.js';

/** The queue on real threads; `cleanup-queue-stepped.test.ts` is the systematic part. */

const WORKER = new URL('../support/kernel.worker.js', import.meta.url);

for (const [users, workers, pushes] of [
  [1, 1, 1],
  [4, 1, 1],
  [3, 2, 4],
  [2, 4, 3],
] as const) {
  test(`${users} VMs that queue ${pushes} and flush, ${workers} workers`, async () => {
    const layout = new Layout();
    const queue = reserveCleanUpQueue(layout, users, pushes, workers);
    const violationsAt = layout.reserve(1);
    const servedAt = layout.reserve(users * pushes);
    const { words } = allocateMemory(layout.totalBytes);
    const flushes = 1000;
    const tasksOf = (verb: 'use' | 'serve', threads: number) =>
      Array.from({ length: threads }, (_, self): KernelTask => {
        return { verb, buffer: words.buffer, violationsAt, self, queue, pushes, flushes, servedAt };
      });
    const crew = new Crew(WORKER, [...tasksOf('use', users), ...tasksOf('serve', workers)]);
    const served = () => Array.from(words.subarray(servedAt, servedAt + users * pushes));
    await crew.ended(() => `served ${served()}, queue ${words.subarray(queue.at, queue.at + 5)}`);
    assert.equal(words[violationsAt], 0);
    assert.deepEqual(served(), Array(users * pushes).fill(flushes));
  });
}

/** First words of the queue, and of a slot. */
const HEADER = { tail: 0, head: 1, mark: 2 } as const;
const SLOT_WORDS = 8;
const FINISHED = 2;

test('one thread alone: first in, first out, whatever number the tickets begin with', () => {
  const batches = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 });
  const first = fc.constantFrom(0, 0x7fff_fffd, -5);
  fc.assert(
    fc.property(batches, first, fc.boolean(), (sizes, ticket, isBackwards) => {
      const layout = new Layout();
      const place = reserveCleanUpQueue(layout, 1, 3, 1);
      const memory = allocateMemory(layout.totalBytes);
      const { words } = memory;
      for (const word of Object.values(HEADER)) words[place.at + word] = ticket;
      for (let slot = 0; slot <= place.mask; slot++)
        words[place.slotsAt + slot * SLOT_WORDS + FINISHED] = ticket - 100;
      const queue = new CleanUpQueue(memory, place);
      let next = 1;
      for (const size of sizes) {
        const queued = Array.from({ length: size }, () => next++);
        for (const consumer of queued) queue.push(consumer, consumer * 2);
        const tickets = queued.map(() => queue.claim());
        assert.deepEqual(
          tickets.map((claimed) => queue.consumerOf(claimed)),
          queued,
        );
        assert.deepEqual(
          tickets.map((claimed) => queue.vmOf(claimed)),
          queued.map((consumer) => consumer * 2),
        );
        for (const claimed of isBackwards ? tickets.reverse() : tickets) queue.finish(claimed);
        // Does not wait for anybody: there is nobody else.
        queue.flush();
        assert.equal(words[place.at + HEADER.mark], words[place.at + HEADER.tail]);
      }
      queue.leave();
      const last = queue.claim();
      assert.equal(queue.consumerOf(last), END);
      assert.equal(last, (ticket + next - 1) | 0);
    }),
  );
});

test('the ring has room for all that can be queued at once, in a power of two', () => {
  for (const [users, each, workers] of [
    [1, 1, 1],
    [20, 15, 1],
    [3, 7, 5],
  ] as const) {
    const { mask } = reserveCleanUpQueue(new Layout(), users, each, workers);
    assert.ok(mask + 1 >= users * each + workers);
    assert.equal((mask + 1) & mask, 0);
  }
});
