import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventQueue } from '../../../src/backends/sim/event-queue.js';
import fc from '../../support/properties.js';

test('events come in the order of their times, those of one time as they were added', () => {
  const command = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), timeNs: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ kind: fc.constant('take' as const), timeNs: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 400 }), (commands) => {
      const queue = new EventQueue();
      const model: { timeNs: number; number: number }[] = [];
      for (const [number, { kind, timeNs }] of commands.entries()) {
        if (kind === 'add') {
          queue.add(timeNs, number % 4, number, number * 2);
          model.push({ timeNs, number });
          continue;
        }
        model.sort((a, b) => a.timeNs - b.timeNs || a.number - b.number);
        const next = model.shift();
        assert.equal(queue.take(), next !== undefined);
        if (next === undefined) continue;
        assert.deepEqual(
          [queue.timeNs, queue.kind, queue.target, queue.stamp],
          [next.timeNs, next.number % 4, next.number, next.number * 2],
        );
        assert.equal(queue.size, model.length);
      }
    }),
  );
});
