import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergeSweeps } from '../../src/measure/merge-sweeps.js';
import { loadHost } from '../../src/plan/host-file.js';
import { ENVIRONMENT } from '../fixtures/result.js';
import { buildSweep } from '../fixtures/sweep.js';
import { refused } from '../plan/refused.js';

const whole = buildSweep();
const INDEXES = whole.points.map(({ index }) => index);
const part = (indexes: readonly number[], replace = {}) => buildSweep({ indexes, replace });

test('any shards in any order come to the whole, whoever had which point', () => {
  const owners = fc.array(fc.nat(3), { minLength: INDEXES.length, maxLength: INDEXES.length });
  fc.assert(
    fc.property(owners, fc.array(fc.nat(3), { maxLength: 6 }), (of, order) => {
      const shards = [0, 1, 2, 3].map((owner) => ({
        name: `${owner}.json`,
        sweep: part(INDEXES.filter((_, at) => of[at] === owner)),
      }));
      // Each at least once, some twice.
      const given = [...order, 0, 1, 2, 3].map((owner) => shards[owner] as (typeof shards)[number]);
      assert.equal(JSON.stringify(mergeSweeps(given)), JSON.stringify(whole));
    }),
    { numRuns: 20 },
  );
});

test('what is missing makes it partial, and it can be merged again', () => {
  const some = mergeSweeps([
    { name: 'a', sweep: part([1, 4]) },
    { name: 'b', sweep: part([8]) },
  ]);
  assert.equal(some.partial, true);
  assert.equal(some.shard, null);
  const rest = { name: 'rest', sweep: part([2, 3, 5, 6, 7]) };
  assert.deepEqual(mergeSweeps([{ name: 'some', sweep: some }, rest]), whole);
});

const OTHERS: [string, object][] = [
  ['tool.version', { tool: { name: 'irqbench', version: '9.9.9' } }],
  ['backend', { backend: 'sim' }],
  [
    'axes.0.values.3',
    {
      axes: [{ ...whole.axes[0], values: ['100', '200', '400', '900'] }, whole.axes[1]],
      points: [],
    },
  ],
  ['plan.burst', { plan: { ...whole.plan, burst: 7 } }],
  ['seeds', { seeds: 2 }],
  ['metrics.1', { metrics: ['register.p50', 'register.max', 'work.nodesVisited'] }],
  ['keepsResults', { keepsResults: true }],
  ['host', { environment: loadHost('laptop-8') }],
];
for (const [path, replace] of OTHERS) {
  test(`shards that differ in ${path} are of several sweeps`, () => {
    const shards = [
      { name: 'a.json', sweep: part([1]) },
      { name: 'b.json', sweep: part([2], replace) },
    ];
    const message = refused(() => mergeSweeps(shards));
    assert.ok(message.includes(`for ${path} is not the same; give shards of one sweep`), message);
    assert.match(message, /^[ab]\.json: is of another sweep than [ab]\.json/);
  });
}

test('two results of one point are refused', () => {
  const other = part([3]);
  const run = other.points[0]?.runs[0];
  assert.ok(run);
  run.work.nodesVisited++;
  assert.match(
    refused(() =>
      mergeSweeps([
        { name: 'a.json', sweep: part([3]) },
        { name: 'b.json', sweep: other },
      ]),
    ),
    /^b\.json: has another result of vms=200 strategy=linux-6\.2 than a\.json; keep one/,
  );
});

test('points of several machines are warned of, however often they are merged', () => {
  const there = { ...ENVIRONMENT, cpuModel: 'Other CPU' };
  const shards = [
    { name: 'a', sweep: part([1, 2, 3, 4], { environment: { ...ENVIRONMENT, loadAverage: 7 } }) },
    { name: 'b', sweep: part([5, 6], { environment: ENVIRONMENT }) },
    { name: 'c', sweep: part([7, 8], { environment: there }) },
  ];
  const { warnings } = mergeSweeps(shards);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['several-machines'],
  );
  assert.match(warnings[0]?.message ?? '', /2 machines: Example CPU .*; Other CPU/);
  assert.deepEqual(mergeSweeps(shards.slice(0, 2)).warnings, []);
});
