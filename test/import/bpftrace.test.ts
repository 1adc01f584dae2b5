import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imported, trace } from '../support/traces.js';

/** Maps of bpftrace, in the layout of its manual. */

test('maps by the functions that their names say, in the units that they say', () => {
  const { latency, imported: facts, warnings } = imported(trace('bpftrace.log'));
  assert.deepEqual(latency.register.buckets, [
    { lowNs: 512, highNs: 1023, count: 12 },
    { lowNs: 1024, highNs: 2047, count: 180 },
    { lowNs: 2048, highNs: 4095, count: 97 },
    { lowNs: 8192, highNs: 16_383, count: 11 },
  ]);
  assert.deepEqual(latency.deregister.buckets, [
    { lowNs: 256, highNs: 511, count: 150 },
    { lowNs: 512, highNs: 1023, count: 150 },
  ]);
  assert.deepEqual(latency.vmReady.buckets, [
    { lowNs: 0, highNs: 999, count: 1 },
    { lowNs: 2000, highNs: 3999, count: 3 },
    { lowNs: 64_000, highNs: null, count: 2 },
  ]);
  assert.deepEqual(latency.vmReady.meanRange?.highNs, null);
  assert.deepEqual(facts?.tools, ['bpftrace']);
  assert.deepEqual(facts?.unread.lines, [{ line: 23, text: 'Lost 3 events' }]);
  assert.deepEqual(warnings, []);
});

const UNNAMED = `@: 
[1M, 2M)               7 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
`;

test('a map that says neither function nor unit is taken for registrations in ns, and that is said', () => {
  const { latency, warnings } = imported(UNNAMED);
  assert.deepEqual(latency.register.buckets, [{ lowNs: 2 ** 20, highNs: 2 ** 21 - 1, count: 7 }]);
  assert.deepEqual(warnings.map(({ code }) => code).sort(), ['assumed-function', 'assumed-unit']);
});

test('--unit says it', () => {
  const { latency, warnings } = imported(UNNAMED, { unitNs: 1000 });
  assert.equal(latency.register.buckets?.[0]?.lowNs, 2 ** 20 * 1000);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['assumed-function'],
  );
});

test('a linear histogram has its own bounds; what is below 0 is left out and said', () => {
  const { latency, warnings } = imported(`@ns: 
(..., 0)               2 |@@@@                                                |
[0, 10)                1 |@@                                                  |
[10, 20)               9 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
[20, ...)              1 |@@                                                  |
`);
  assert.deepEqual(latency.register.buckets, [
    { lowNs: 0, highNs: 9, count: 1 },
    { lowNs: 10, highNs: 19, count: 9 },
    { lowNs: 20, highNs: null, count: 1 },
  ]);
  assert.ok(warnings.some(({ code, message }) => code === 'negative' && /line 2/.test(message)));
});

test('a map that is no histogram is not read, and said', () => {
  const { imported: facts } = imported(`${UNNAMED}@count: 42\n@x[1]: 3\n@y: \n`);
  assert.deepEqual(
    facts?.unread.lines.map(({ line }) => line),
    [3, 4, 5],
  );
});
