import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reserveBypass } from '../../src/irqbypass/bypass-layout.js';
import { Layout, LINE_BYTES, LINE_WORDS, WORD_BYTES } from '../../src/sync/layout.js';
import { allocateMemory, viewMemory } from '../../src/sync/memory.js';
import { XARRAY } from '../support/plans.js';
import fc from '../support/properties.js';
import { MUTEX } from '../support/sites.js';

test('reservations start on lines of their own, do not overlap, and leave the first to nobody', () => {
  const request = fc.record({ doubles: fc.boolean(), size: fc.integer({ min: 0, max: 200 }) });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
      const layout = new Layout();
      let end = LINE_WORDS;
      for (const { doubles, size } of requests) {
        const at = doubles ? layout.reserveDoubles(size) * 2 : layout.reserve(size);
        assert.equal(at % LINE_WORDS, 0);
        assert.ok(at >= end, `${at} lies before ${end}`);
        end = at + size * (doubles ? 2 : 1);
      }
      assert.ok(layout.totalBytes >= end * WORD_BYTES);
      assert.equal(layout.totalBytes % LINE_BYTES, 0);
      // No line is wasted between them either.
      const lines = requests.map(({ doubles, size }) =>
        Math.ceil((size * (doubles ? 2 : 1)) / LINE_WORDS),
      );
      const sum = lines.reduce((total, count) => total + count, 1);
      assert.equal(layout.totalBytes, sum * LINE_BYTES);
    }),
  );
});

test('both views are of one memory', () => {
  const { words, doubles } = allocateMemory(128);
  assert.equal(words.length, 32);
  assert.equal(doubles.length, 16);
  assert.ok(words.buffer instanceof SharedArrayBuffer);
  assert.equal(words.buffer, doubles.buffer);
  doubles[3] = 1.5;
  const again = viewMemory(words.buffer);
  assert.equal(again.doubles[3], 1.5);
  assert.notEqual(words[7], 0);
});

test('the lock, the indexes and the objects of a manager lie apart', () => {
  const layout = new Layout();
  const shape = { strategy: XARRAY, threads: 3, nodes: 1, consumers: 5, producers: 2 };
  const bypass = reserveBypass(layout, { ...shape, loggedCallbacks: 10 }, MUTEX);
  const { consumers, producers, callbackLog } = bypass;
  const [table] = bypass.tables;
  assert.ok(table);
  const { arena } = table;
  const parts = [
    [table.lockAt, 1],
    [table.consumersHead, 3],
    [table.producersHead, 2],
    [bypass.cpusAt, 3 * LINE_WORDS],
    [arena.at, 3],
    [arena.placesAt, arena.capacity * 144],
    [consumers.at, consumers.count * consumers.strideWords],
    [producers.at, producers.count * producers.strideWords],
    [callbackLog.at, 1 + 3 * callbackLog.capacity],
  ] as const;
  const sorted = parts.toSorted(([a], [b]) => a - b);
  for (const [i, [at, size]] of sorted.entries()) {
    const next = sorted[i + 1]?.[0] ?? layout.totalBytes / WORD_BYTES;
    assert.ok(at + size <= next, `the part at ${at} runs into ${next}`);
  }
  assert.equal(consumers.strideWords * WORD_BYTES, 512, 'an irqfd of a 512-byte slab');
  assert.equal(producers.strideWords * WORD_BYTES, 192);
});
