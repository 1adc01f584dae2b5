import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { sweepLine } from '../../src/cli/sweep-progress.js';
import type { RunResult } from '../../src/model/run-result.js';
import type { SweepResult } from '../../src/model/sweep-result.js';
import { planOf } from '../support/plans.js';
import { irqbench, linesOf, scratchFolder, TINY } from './irqbench.js';

/** `irqbench sweep` and `irqbench merge` as their users run them. */

const folder = scratchFolder();
const file = (name: string) => join(folder, name);

const SMALL = ['--burst', '2', '--rounds', '2', '--hold', '0'];
const SIM = ['sweep', '--backend', 'sim', ...SMALL];
const GRID = ['--vary', 'vms=10..40:x2', '--vary', 'strategy=linux-6.2,linux-6.17'];

async function succeeds(args: readonly string[], stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await irqbench(args, stdin === undefined ? {} : { stdin });
  assert.equal(code, 0, stderr);
  return stdout;
}

const ready = (async () => {
  const whole = file('whole.json');
  const text = await succeeds([...SIM, ...GRID, '--output', whole]);
  return { whole, text, json: readFileSync(whole, 'utf8') };
})();

test('a simulated grid is reported, and its JSON follows the published schema', async () => {
  const { text, json } = await ready;
  assert.match(text, /^irqbench sweep · vms x strategy · 6 points · backend sim$/m);
  assert.match(text, /^simulated host xeon-8255c: /m);
  assert.match(
    text,
    /^vms +strategy +register p50 +p95 +p99 +mean +VM ready p50 +lock wait mean +nodes visited$/m,
  );
  assert.match(text, /^register p50 by vms/m);
  assert.match(text, /^strategy linux-6\.2: grows as vms\^\d\.\d\d$/m);
  for (const line of linesOf(text)) assert.equal(line, line.trimEnd());
  const published = readFileSync(
    new URL('../../schema/sweep-v1.schema.json', import.meta.url),
    'utf8',
  );
  assert.equal(await succeeds(['schema', 'sweep']), published);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(published));
  const result = JSON.parse(json) as SweepResult;
  assert.ok(validate(result), JSON.stringify(validate.errors));
  assert.equal(validate({ ...result, points: [{}] }), false);
  assert.deepEqual(
    result.points.map(({ values, plan }) => [...values, plan.vms, plan.strategy.name]),
    [10, 20, 40].flatMap((vms) =>
      ['linux-6.2', 'linux-6.17'].map((name) => [String(vms), name, vms, name]),
    ),
  );
});

test('a list’s walks follow the VMs, an xarray’s do not', async () => {
  const { growth } = JSON.parse((await ready).json) as SweepResult;
  const nodes = growth.filter(({ metric }) => metric === 'work.nodesVisited');
  const [list = NaN, xarray = NaN] = nodes.map(({ exponent }) => exponent ?? NaN);
  assert.ok(list > 0.7 && list <= 1, `${list}`);
  assert.ok(Math.abs(xarray) < 0.05, `${xarray}`);
});

test('each point is the fork that it stands for', async () => {
  const { points } = JSON.parse((await ready).json) as SweepResult;
  const [, , , point] = points;
  assert.deepEqual(point?.values, ['20', 'linux-6.17']);
  const args = ['fork', ...SIM.slice(1), '--vms', '20', '--strategy', 'linux-6.17'];
  const fork = JSON.parse(await succeeds([...args, '--format', 'json'])) as RunResult;
  assert.deepEqual(point?.plan, fork.plan);
  const [run] = point?.runs ?? [];
  assert.deepEqual(run?.work, fork.work);
  assert.deepEqual(run?.lock, fork.lock);
  assert.equal(run?.latency.register.hdr, fork.latency.register.hdr);
  assert.equal(point?.figures['register.p50']?.median, fork.latency.register.percentiles['50']);
});

test('all shards merged, in whatever order, are the sweep to the byte', async () => {
  const { json } = await ready;
  const shards = ['1/4', '2/4', '3/4', '4/4'];
  for (const shard of shards) {
    await succeeds([...SIM, ...GRID, '--shard', shard, '--output', file(`${shard[0]}.json`)]);
  }
  const [one, two, three, four] = shards.map((shard) => file(`${shard[0]}.json`)) as string[];
  const { points, shard } = JSON.parse(readFileSync(two as string, 'utf8')) as SweepResult;
  assert.deepEqual(shard, { shard: 2, of: 4 });
  assert.deepEqual(
    points.map(({ index }) => index),
    [2, 6],
  );
  const merged = file('merged.json');
  const all = [three, one, four, two] as string[];
  const text = await succeeds(['merge', ...all, '--output', merged]);
  // Not equal(): two thousand lines tell nobody what differs.
  assert.ok(readFileSync(merged, 'utf8') === json);
  assert.equal(text, (await ready).text);
  assert.ok((await succeeds(['merge', ...all, '--format', 'json'])) === json);

  const missing = await irqbench(['merge', one as string, two as string]);
  assert.equal(missing.code, 3);
  assert.match(
    missing.stdout,
    /^PARTIAL: 2 of 6 points are missing: vms=20 strategy=linux-6\.2, /m,
  );
  assert.match(missing.stderr, /^irqbench: error: 2 of 6 points are missing: /);

  const other = file('other.json');
  await succeeds([...SIM, ...GRID, '--seed', '2', '--shard', '3/4', '--output', other]);
  const mixed = await irqbench(['merge', one as string, other]);
  assert.deepEqual([mixed.code, mixed.stdout], [2, '']);
  assert.match(
    mixed.stderr,
    /other\.json: is of another sweep than .*1\.json, for plan\.seed is not/,
  );
  assert.equal(linesOf(mixed.stderr).length, 1);
});

test('a shard that has no point is empty, and no failure', async () => {
  const none = ['--shard', '9/9', '--format', 'csv'];
  const csv = await succeeds([...SIM, ...GRID, ...none]);
  assert.equal(csv.trimEnd().split('\r\n').length, 1);
  assert.match(csv, /^point,strategy,/);
});

test('a saved sweep is printed again in any format, and by other metrics', async () => {
  const { whole, text, json } = await ready;
  assert.equal(await succeeds(['report', whole]), text);
  assert.ok((await succeeds(['report', '-', '--format', 'json'], json)) === json);
  for (const format of ['csv', 'hgrm', 'funclatency', 'markdown']) {
    assert.ok((await succeeds(['report', whole, '--format', format])).length > 300, format);
  }
  const other = await succeeds([
    'report',
    whole,
    '--metric',
    'register.p75',
    '--metric',
    'lock.parks',
  ]);
  assert.match(other, /^vms +strategy +register p75 +lock parks$/m);
  for (const [args, message] of [
    [['report', whole, '--percentiles', '50'], /--percentiles: a sweep is shown by metrics/],
    [['report', whole, '--per-vm'], /--per-vm: a sweep has no figures by VM/],
    [['compare', whole, 'linux-6.2'], /whole\.json: is a sweep; give results of irqbench fork/],
  ] as const) {
    const { code, stderr } = await irqbench(args);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});

test('several seeds, whole results, every file by its extension', async () => {
  const outputs = ['out.json', 'out.csv', 'out.md', 'out.txt'].map(file);
  const text = await succeeds([
    ...SIM,
    ...['--vary', 'vms=10,20', '--seeds', '3', '--seed', '7', '--keep-results'],
    ...['--metric', 'register.mean'],
    ...outputs.flatMap((path) => ['--output', path]),
  ]);
  const [json = '', csv = '', markdown = '', plain = ''] = outputs.map((path) =>
    readFileSync(path, 'utf8'),
  );
  const { points, keepsResults } = JSON.parse(json) as SweepResult;
  assert.equal(keepsResults, true);
  for (const { runs } of points) {
    assert.deepEqual(
      runs.map(({ seed }) => seed),
      [7, 8, 9],
    );
    for (const run of runs) assert.ok('rounds' in run && run.rounds.length === 2);
  }
  assert.equal(csv.trimEnd().split('\r\n').length, 3);
  assert.match(markdown, /^## irqbench sweep · vms · 2 points, 3 seeds each · backend sim$/m);
  assert.equal(plain, text);
  assert.equal(await succeeds(['report', file('out.json')]), text);
  assert.ok((await succeeds(['merge', file('out.json'), '--format', 'json'])) === json);
});

test('threads run a sweep one point after the other', async () => {
  const args = ['sweep', ...SMALL, '--vms', '10', '--vary', 'lock=mutex,mcs', '--format', 'json'];
  const result = JSON.parse(await succeeds(args)) as SweepResult;
  assert.equal(result.backend, 'threads');
  assert.ok('cpuModel' in result.environment);
  assert.deepEqual(
    result.points.map(({ plan, runs }) => [plan.strategy.lock, runs[0]?.work.registrations]),
    [
      ['mutex', 60],
      ['mcs', 60],
    ],
  );
});

test('a point that fails is named, the others are run, and the code is 3', async () => {
  const args = ['sweep', ...SMALL, '--vms', '10', '--vary', 'fault=none,throw-vm;throw-vm;none'];
  const wrong = await irqbench(args);
  assert.equal(wrong.code, 2, 'with semicolons the commas are the values’ own');
  const { code, stdout, stderr } = await irqbench([
    ...args.slice(0, -1),
    'fault=throw-vm,none',
    ...['--metric', 'register.mean'],
  ]);
  assert.equal(code, 3, stderr);
  assert.match(stdout, /^FAILED: fault=throw-vm@round=1,vm=0,holding=yes: burst VM 0 died: /m);
  assert.match(stdout, /^none +[\d.]+ [nu]s$/m);
  assert.match(stderr, /^irqbench: error: 1 of 2 points failed, at fault=throw-vm@/);
});

test('what no point can be run with is refused like a fork, in one line', async () => {
  const args = [...SIM, '--vary', 'vms=1,2', '--fault', 'kill-vm'];
  const { code, stdout, stderr } = await irqbench(args);
  assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1]);
  assert.match(stderr, /: vms=1: --fault kill-vm: no thread dies in a simulation/);
});

test('an interrupt prints the points that are done, marked as partial', async () => {
  const cut = ['--vary', 'rounds=1,1M', '--output', file('cut.json')];
  const args = ['sweep', '--backend', 'sim', '--vms', '10', '--burst', '2', ...cut];
  let isInterrupted = false;
  const { code, stdout, stderr } = await irqbench(args, {
    onStdout: (child) => {
      if (!isInterrupted) setTimeout(() => child.kill('SIGINT'), 5000);
      isInterrupted = true;
    },
  });
  assert.equal(code, 130, stderr);
  assert.match(stdout, /^PARTIAL: 1 of 2 points are missing: rounds=1000000$/m);
  assert.match(stdout, /^ *1 +\d/m);
  assert.match(stderr, /interrupted: the result is partial, with 1 of 2 points/);
  const saved = JSON.parse(readFileSync(file('cut.json'), 'utf8')) as SweepResult;
  assert.equal(saved.partial, true);
  assert.equal(saved.points.length, 1);
});

test('--print-plan shows the points of the shard, and runs nothing', async () => {
  const text = await succeeds([...SIM, ...GRID, '--shard', '2/3', '--print-plan']);
  assert.match(text, /^2 points\n {2}2 {2}vms=10 strategy=linux-6\.17\n {2}5 {2}vms=40 /m);
  assert.match(text, /^burst +2 +flag --burst$/m);
});

for (const [args, message] of [
  [['sweep'], /sweep: nothing varies; give --vary/],
  [['sweep', '--vary', 'vmz=1'], /--vary: "vmz" is no run option \(did you mean vms\?\)/],
  [['sweep', '--vary', 'vms=4..1:x2'], /--vary vms: "4\.\.1:x2" is empty/],
  [['sweep', '--vary', 'vms=1..4:+0'], /has a step of 0/],
  [['sweep', '--vary', 'vms=1', '--vary', 'vms=2'], /--vary vms: is given twice/],
  [['sweep', '--vary', 'vms=1..9999:+1', '--vary', 'burst=1,2'], /--vary: 19,998 points are more/],
  [
    ['sweep', '--vary', 'irqfds=2,4', '--producers-per-vm', '3'],
    /--vary: at irqfds=2: --producers-per-vm/,
  ],
  [['sweep', '--vary', 'vms=1', '--shard', '3/2'], /--shard: "3\/2" is no share/],
  [['sweep', '--vary', 'vms=1', '--seeds', '0'], /--seeds: "0" is too small/],
  [['sweep', '--vary', 'vms=1', '--metric', 'register.p0'], /--metric.*Give one of register/],
  [['sweep', '--vary', 'vms=1', '--host', 'laptop-8'], /--host: nothing is simulated/],
  [['merge'], /missing required argument 'shards'/],
  [['merge', './absent.json'], /absent\.json: cannot be read/],
] as const) {
  test(`irqbench ${args.join(' ')} is refused in one line`, async () => {
    const { code, stdout, stderr } = await irqbench(args);
    assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1], stderr);
    assert.match(stderr, message);
  });
}

test('what is no sweep is not merged', async () => {
  const fork = file('fork.json');
  await succeeds([...TINY, '--output', fork]);
  const damaged = file('damaged.json');
  const { json } = await ready;
  writeFileSync(damaged, json.replace('"index": 2', '"index": 3'));
  for (const [path, message] of [
    [fork, /fork\.json: is no sweep; give results of irqbench sweep/],
    [damaged, /damaged\.json: is no irqbench sweep: points\.1\.values: are not those of the grid/],
  ] as const) {
    const { code, stdout, stderr } = await irqbench(['merge', path]);
    assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1]);
    assert.match(stderr, message);
  }
  const { code, stderr } = await irqbench(['report', fork, '--metric', 'register.p50']);
  assert.equal(code, 2);
  assert.match(stderr, /--metric: is for sweeps/);
});

test('progress says how many points are done and about how long the others take', () => {
  const point = { index: 3, values: ['3'], name: 'vms=3', plan: planOf() };
  const at = (done: number, ended: number, rounds: number, failed = 0) => ({
    ...{ point, done, total: 10, failed, ended, seeds: 2 },
    run: { phase: 'rounds' as const, done: rounds, total: 4 },
  });
  assert.equal(sweepLine(at(0, 0, 0), 0), '[                        ] 0 of 10 points done: vms=3');
  assert.equal(
    sweepLine(at(2, 1, 0), 10e3),
    '[======                  ] 2 of 10 points done, about 30 s left: vms=3',
  );
  assert.equal(
    sweepLine(at(4, 1, 4, 2), 600e3),
    '[============            ] 4 of 10 points done, 2 failed, about 10 min left: vms=3',
  );
  assert.match(sweepLine(at(1, 0, 0), 1e6), /, about 2 h 30 min left: /);
});
