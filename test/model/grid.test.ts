import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gridSize, placesAt, pointName, shareOf, valuesAt } from '../../src/model/grid.js';

const axes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).map((sizes) =>
  sizes.map((size, axis) => ({
    option: `option-${axis}`,
    values: Array.from({ length: size }, (_, place) => `${axis}.${place}`),
  })),
);

test('the points are the combinations of the values, the last axis running fastest', () => {
  fc.assert(
    fc.property(axes, (of) => {
      const nested = of.reduce<string[][]>(
        (points, { values }) => points.flatMap((point) => values.map((value) => [...point, value])),
        [[]],
      );
      const counted = Array.from({ length: gridSize(of) }, (_, place) => valuesAt(of, place + 1));
      assert.deepEqual(counted, nested);
    }),
  );
});

test('the shards of a grid have each point once, and their sizes differ by one at most', () => {
  fc.assert(
    fc.property(axes, fc.integer({ min: 1, max: 300 }), (of, shards) => {
      const shares = Array.from({ length: shards }, (_, place) =>
        shareOf(of, { shard: place + 1, of: shards }),
      );
      assert.deepEqual(
        shares.flat().sort((a, b) => a - b),
        shareOf(of, null),
      );
      assert.equal(shareOf(of, null).length, gridSize(of));
      const sizes = shares.map(({ length }) => length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      for (const [place, share] of shares.entries()) {
        for (const index of share) assert.equal(index % shards, (place + 1) % shards);
      }
    }),
  );
});

test('a point is called by its values', () => {
  const of = [
    { option: 'vms', values: ['1', '2'] },
    { option: 'hold', values: ['0', '5ms', '1s'] },
  ];
  assert.deepEqual(placesAt(of, 6), [1, 2]);
  assert.equal(pointName(of, valuesAt(of, 6)), 'vms=2 hold=1s');
});
