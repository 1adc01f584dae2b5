import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StopWord } from '../../src/sync/stop.js';
import { waitBucketsOf } from '../../src/vm/create-life.js';
import { Creation } from '../../src/vm/creation.js';

const HISTOGRAM = [
  { fromNs: 32_768, toNs: 65_535, count: 985 },
  { fromNs: 65_536, toNs: 131_071, count: 735 },
  { fromNs: 8_388_608, toNs: 16_777_215, count: 280 },
];

/** A stop word that only notes how long it was to sleep. */
class NotedSleep extends StopWord {
  readonly slept: number[] = [];

  constructor() {
    super(new Int32Array(new SharedArrayBuffer(4)), 0);
  }

  override sleep(durationNs: number): void {
    this.slept.push(durationNs);
  }
}

function waits(seed: number, vm: number, rounds: number): number[] {
  const stop = new NotedSleep();
  const creation = new Creation(0, waitBucketsOf(HISTOGRAM), seed, vm, stop);
  for (let round = 1; round <= rounds; round++) creation.create(round);
  return stop.slept;
}

test('waits come from the buckets in their shares', () => {
  const drawn = Array.from({ length: 20 }, (_, vm) => waits(1, vm, 500)).flat();
  for (const { fromNs, toNs, count } of HISTOGRAM) {
    const share = drawn.filter((ns) => ns >= fromNs && ns <= toNs).length / drawn.length;
    assert.ok(Math.abs(share - count / 2_000) < 0.015, `${share} of ${count / 2_000}`);
  }
});

test('a wait depends on seed, VM and round alone, and lies in a bucket', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(50), (seed, vm) => {
      const drawn = waits(seed, vm, 20);
      assert.deepEqual(drawn, waits(seed, vm, 20));
      for (const ns of drawn) {
        assert.ok(HISTOGRAM.some(({ fromNs, toNs }) => ns >= fromNs && ns <= toNs));
      }
    }),
  );
  assert.notDeepEqual(waits(1, 0, 20), waits(2, 0, 20));
  assert.notDeepEqual(waits(1, 0, 20), waits(1, 1, 20));
});

test('without a histogram nobody waits', () => {
  const stop = new NotedSleep();
  new Creation(0, waitBucketsOf([]), 1, 0, stop).create(1);
  assert.deepEqual(stop.slept, []);
});
