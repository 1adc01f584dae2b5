import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarizeSweep } from '../../src/measure/sweep.js';
import { type SweepResult, sweepResultSchema } from '../../src/model/sweep-result.js';
import { funclatency } from '../../src/report/funclatency.js';
import {
  FORMATS,
  render,
  renderSweep,
  renderSweepHeader,
  renderSweepTextBody,
} from '../../src/report/render.js';
import { metricTitle } from '../../src/report/sweep-content.js';
import { PERCENTILES } from '../fixtures/result.js';
import { buildSweep, STRATEGY, VMS } from '../fixtures/sweep.js';

const ODD = '\u001b[31mred | "label", `x`\n<b>';

function failing(): SweepResult {
  const sweep = buildSweep({ indexes: [1, 2, 5] });
  const [point] = sweep.points;
  assert.ok(point);
  point.failure = ODD;
  point.runs = [];
  const warnings = [{ code: 'x', message: ODD, remedy: ODD }];
  return summarizeSweep({ ...sweep, warnings });
}

const CASES = {
  whole: buildSweep(),
  seeds: buildSweep({ seeds: 3 }),
  failing: failing(),
  'without points': buildSweep({ indexes: [] }),
  shard: buildSweep({ indexes: [2, 5, 8], replace: { shard: { shard: 2, of: 3 } } }),
  'many metrics': buildSweep({
    metrics: ['register.p50', 'register.p99.9', 'vmReady.p50', 'lock.waitMax', 'timing.run'],
  }),
};

for (const format of FORMATS) {
  test(`${format} of a sweep ends with one newline and has no control characters`, () => {
    for (const [name, result] of Object.entries(CASES)) {
      const text = renderSweep(result, format, false);
      assert.match(text, /[^\r\n]\r?\n$/, name);
      // A quoted field of a csv is what it was.
      if (format === 'csv') continue;
      assert.doesNotMatch(text.replaceAll(/[\r\n]/g, ''), /\p{Cc}/u, name);
    }
  });
}

test('only text is ever coloured, and rendering leaves the sweep as it was', () => {
  const before = structuredClone(CASES.failing);
  for (const format of FORMATS) {
    const colored = renderSweep(CASES.failing, format, true);
    assert.equal(colored.includes('\u001b[1m'), format === 'text', format);
  }
  assert.deepEqual(CASES.failing, before);
});

test('JSON is read back as the sweep it was', () => {
  for (const [name, result] of Object.entries(CASES)) {
    const text = renderSweep(result, 'json', false);
    assert.deepEqual(sweepResultSchema.parse(JSON.parse(text)), result, name);
    assert.equal(
      render(result, 'json', { percentiles: PERCENTILES, perVm: false, color: false }),
      text,
    );
  }
});

test('points that are not the grid’s are refused', () => {
  const { points } = CASES.whole;
  const [first, second] = points;
  assert.ok(first && second);
  for (const [wrong, path] of [
    [{ points: [second, first] }, ['points', 1, 'index']],
    [{ points: [first, first] }, ['points', 1, 'index']],
    [{ points: [{ ...first, index: 99 }] }, ['points', 0, 'index']],
    [{ points: [{ ...first, values: second.values }] }, ['points', 0, 'values']],
    [{ points: [second], shard: { shard: 1, of: 2 } }, ['points', 0, 'index']],
    [{ points: [], shard: { shard: 3, of: 2 } }, ['shard']],
  ] as const) {
    const { error } = sweepResultSchema.safeParse({ ...CASES.whole, ...wrong });
    assert.deepEqual(error?.issues[0]?.path, path);
  }
});

test('header and body one after the other are the report', () => {
  for (const result of [CASES.whole, CASES.seeds, CASES.shard]) {
    const plans = result.points.map(({ plan }) => plan);
    const header = renderSweepHeader({ ...result, plans }, false);
    assert.equal(renderSweep(result, 'text', false), header + renderSweepTextBody(result, false));
  }
  const [subject, setting, ...axes] = renderSweep(CASES.whole, 'text', false).split('\n');
  assert.equal(subject, 'irqbench sweep · vms x strategy · 8 points · backend threads');
  assert.equal(
    setting,
    'Example CPU @ 2.60GHz, 2 CPUs, Linux 6.2.0-39-generic, Node 20.19.0; lock mutex, scope global, connect inside, bypass on, 4 burst VMs, 5 irqfds, 4 rounds + 1 warm-up, hold 400 ms, released together, seed 1',
  );
  assert.deepEqual(axes.slice(0, 2), [
    '  vms       100, 200, 400, 800',
    '  strategy  linux-6.2, linux-6.17',
  ]);
  const shard = renderSweep(CASES.shard, 'text', false);
  assert.match(shard, /^irqbench sweep .* 8 points · shard 2\/3 · backend threads$/m);
  assert.match(renderSweep(CASES.seeds, 'text', false), /8 points, 3 seeds each/);
});

test('what all points have is said once, whole where it is whole', () => {
  const result = buildSweep({ indexes: [1, 3] });
  const text = renderSweep(result, 'text', false);
  assert.match(text, /; linux-6\.2 \(list \+ mutex, scope global, .*\), 4 burst VMs, 5 irqfds, /);
  const one = renderSweep(buildSweep({ indexes: [1] }), 'text', false);
  assert.match(one, /, 100 background VMs \+ 4 burst VMs x 5 irqfds, /);
});

test('the table has a row a point, figures as people write them', () => {
  const lines = renderSweep(CASES.whole, 'text', false).split('\n');
  const head = lines.findIndex((line) => /^vms +strategy +register p50 +mean +nodes/.test(line));
  const rows = lines.slice(head + 1, head + 9).map((line) => line.trim().split(/ {2,}/));
  assert.deepEqual(
    rows.map(([vms, strategy]) => [vms, strategy]),
    VMS.values.flatMap((vms) => STRATEGY.values.map((strategy) => [vms, strategy])),
  );
  for (const row of rows) {
    assert.equal(row.length, 5);
    assert.match(row[2] ?? '', /^[\d.]+ [um]s$/);
  }
});

test('bars are a block a strategy along the numbers, with how they grow', () => {
  const text = renderSweep(CASES.whole, 'text', false);
  const block = text.slice(text.indexOf('register mean by vms'));
  const lines = block.split('\n').slice(0, 11);
  assert.match(lines[0] ?? '', /^register mean by vms \(log scale from 100 us\)$/);
  assert.equal(lines[1], 'strategy linux-6.2: grows as vms^1.00');
  assert.equal(lines[6], 'strategy linux-6.17: grows as vms^0.00');
  const stars = lines.map((line) => (line.match(/\*/g) ?? []).length);
  const list = stars.slice(2, 6);
  // On a log scale what grows in proportion to doublings climbs in equal steps.
  const steps = list.slice(1).map((length, at) => length - (list[at] as number));
  assert.ok(Math.max(...steps) - Math.min(...steps) <= 1, list.join());
  assert.ok(Math.min(...steps) > 3, list.join());
  assert.equal(list[3], 40);
  assert.equal(new Set(stars.slice(7, 11)).size, 1);
});

test('on other axes bars are linear while they can be', () => {
  const axes = [{ ...VMS, isGeometric: false }, STRATEGY];
  const text = renderSweep(buildSweep({ replace: { axes } }), 'text', false);
  assert.match(text, /^register mean by vms$/m);
});

test('bars of many metrics are those of the medians, and none where there is no figure', () => {
  const text = renderSweep(CASES['many metrics'], 'text', false);
  assert.deepEqual(
    [...text.matchAll(/^(\S.*) by vms/gm)].map(([, title]) => title),
    ['register p50', 'VM ready p50'],
  );
  const none = renderSweep(buildSweep({ metrics: ['register.p99.9'] }), 'text', false);
  assert.doesNotMatch(none, / by vms/);
  assert.match(none, /warning: too few samples at some points for register\.p99\.9; /);
});

test('ranges over the seeds have a table of their own', () => {
  const text = renderSweep(CASES.seeds, 'text', false);
  assert.match(text, /^range over 3 seeds$/m);
  assert.match(text, /^100 +linux-6\.2 .*[\d.]+ us to [\d.]+ [um]s/m);
  assert.match(text, / by vms, median of 3 seeds/);
  assert.doesNotMatch(renderSweep(CASES.whole, 'text', false), /range over/);
});

test('what failed and what is missing is named', () => {
  const text = renderSweep(CASES.failing, 'text', false);
  assert.match(text, /^PARTIAL: 5 of 8 points are missing: vms=200 strategy=linux-6\.2, /m);
  assert.match(text, /^FAILED: vms=100 strategy=linux-6\.2: +\[31mred \| "label"/m);
  assert.match(renderSweep(CASES['without points'], 'text', false), /^PARTIAL: 8 of 8 points /m);
  assert.match(renderSweep(CASES.failing, 'markdown', false), /\*\*PARTIAL\*\*: 5 of 8 points/);
  assert.doesNotMatch(renderSweep(CASES.shard, 'text', false), /PARTIAL/);
});

test('csv has the same columns for any points: what they are, then median, minimum, maximum', () => {
  const [head = '', ...rows] = renderSweep(CASES.seeds, 'csv', false).trimEnd().split('\r\n');
  assert.equal(rows.length, 8);
  const columns = head.split(',');
  const of = (row: string, column: string) => row.split(',')[columns.indexOf(column)];
  const { points } = CASES.seeds;
  for (const [at, row] of rows.entries()) {
    const figure = points[at]?.figures['register.mean'];
    assert.equal(of(row, 'point'), String(at + 1));
    assert.equal(of(row, 'axis_vms'), points[at]?.values[0]);
    assert.equal(of(row, 'axis_strategy'), points[at]?.values[1]);
    assert.equal(of(row, 'strategy'), points[at]?.plan.strategy.name);
    assert.equal(of(row, 'register_mean_ns'), String(figure?.median));
    assert.equal(of(row, 'register_mean_ns_min'), String(figure?.min));
    assert.equal(of(row, 'register_mean_ns_max'), String(figure?.max));
    assert.ok(of(row, 'work_nodesVisited'));
  }
  assert.equal(renderSweep(CASES['without points'], 'csv', false), `${head}\r\n`);
});

test('histograms come one after the other, each under the name of its point', () => {
  const text = renderSweep(CASES.shard, 'funclatency', false);
  const { points } = CASES.shard;
  assert.equal(
    text,
    points
      .map(
        ({ values: [vms, strategy], runs }) =>
          `# vms=${vms} strategy=${strategy}\n${funclatency((runs[0] as (typeof runs)[number]).latency.register)}`,
      )
      .join('\n'),
  );
  assert.match(renderSweep(CASES.seeds, 'hgrm', false), /^# vms=100 strategy=linux-6\.2 seed=3$/m);
});

test('a run’s warnings are told once, with how many points have them', () => {
  const sweep = buildSweep();
  for (const { runs } of sweep.points.slice(2)) {
    for (const run of runs) {
      run.warnings = [{ code: 'noisy-machine', message: 'it was busy', remedy: 'repeat' }];
    }
  }
  const text = renderSweep(sweep, 'text', false);
  assert.match(text, /^warning: vms=200 strategy=linux-6\.2 and 5 more: it was busy; repeat$/m);
});

test('metrics are called as the columns of other reports are', () => {
  assert.deepEqual(
    ['register.p99', 'vmReady.mean', 'lock.waitMean', 'work.nodesVisited', 'timing.cpu'].map(
      metricTitle,
    ),
    ['register p99', 'VM ready mean', 'lock wait mean', 'nodes visited', 'timing cpu'],
  );
});
