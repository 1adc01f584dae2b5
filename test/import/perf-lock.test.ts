import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imported, trace } from '../support/traces.js';

/** perf lock contention, in the layout of its manual page. */

test('the waits of the manager’s lock, added up; what perf does not see is null', () => {
  const { lock, latency, imported: facts, warnings } = imported(trace('perf-lock.txt'));
  assert.equal(lock?.contended, 7912 + 1204);
  assert.ok(Math.abs((lock?.waitTotalNs ?? 0) - 41.72291e9) < 1);
  assert.ok(Math.abs((lock?.waitMaxNs ?? 0) - 138.27e6) < 1);
  assert.deepEqual([lock?.acquisitions, lock?.parks, lock?.wakes], [null, null, null]);
  assert.equal(lock?.type, 'mutex');
  assert.equal(latency.register.count, 0);
  assert.deepEqual(facts?.tools, ['perf lock contention']);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['rounded-waits'],
  );
});

test('the CSV has whole nanoseconds', () => {
  const { lock, warnings, imported: facts } = imported(trace('perf-lock.csv'));
  assert.deepEqual(lock, {
    acquisitions: null,
    contended: 9116,
    waitTotalNs: 41_723_424_645,
    waitMeanNs: 41_723_424_645 / 9116,
    waitMaxNs: 138_270_119,
    parks: null,
    wakes: null,
    type: 'mutex',
  });
  assert.deepEqual([warnings, facts?.unread.count], [[], 0]);
});

test('another separator, and fewer columns', () => {
  const { lock } = imported(`# output: contended; total wait; type; caller
3; 900; mutex; irq_bypass_register_consumer; the rest
`);
  assert.deepEqual([lock?.contended, lock?.waitTotalNs, lock?.waitMaxNs], [3, 900, null]);
});

test('locks of others alone are said to be that', () => {
  const text = trace('perf-lock.csv').replaceAll('irq_bypass_', 'other_');
  assert.throws(() => imported(text), {
    exitCode: 2,
    message: /^log: none of its 3 locks was waited for in irq_bypass_\*; trace while/,
  });
});
