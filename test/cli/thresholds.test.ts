import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runResultSchema } from '../../src/model/run-result.js';
import { buildComparison } from '../fixtures/comparison.js';
import { buildResult } from '../fixtures/result.js';
import { buildSweep } from '../fixtures/sweep.js';
import { tracePath } from '../support/traces.js';
import { irqbench, linesOf, scratchFolder, TINY } from './irqbench.js';

/** `--fail-if` and `thresholds:` as their users run them. */

const folder = scratchFolder();
const file = (name: string) => join(folder, name);
const errorsOf = (stderr: string) =>
  linesOf(stderr).filter((line) => line.startsWith('irqbench: error: '));

const failIf = (...thresholds: string[]) => thresholds.flatMap((text) => ['--fail-if', text]);

test('a run that crosses a threshold prints its report, says by how much, and ends with 5', async () => {
  const output = file('crossed.json');
  const { code, stdout, stderr } = await irqbench([
    ...TINY,
    ...failIf('register.p50 > 1ns', 'register.p50 > 1m', 'work.nodesVisited >= 1'),
    '--output',
    output,
  ]);
  assert.equal(code, 5);
  assert.match(stdout, /audit +clean/);
  assert.ok(runResultSchema.safeParse(JSON.parse(readFileSync(output, 'utf8'))).success);
  const errors = errorsOf(stderr);
  assert.equal(errors.length, 2, stderr);
  assert.match(
    errors[0] as string,
    /linux-6\.2: crossed register\.p50 > 1ns: register\.p50 is .+ \(\d+ times\) more than 1 ns$/,
  );
  assert.match(errors[1] as string, /linux-6\.2: crossed work\.nodesVisited >= 1: /);
});

test('a run that crosses none ends as it would without them', async () => {
  const { code, stderr } = await irqbench([
    ...TINY,
    ...failIf('register.p50 > 1m', 'audit.damage > 0'),
  ]);
  assert.deepEqual([code, stderr], [0, '']);
});

const BAD: [string, RegExp][] = [
  ['register.p99 >> 2ms', /--fail-if "register\.p99 >> 2ms": column 15: ">" where/],
  ['registre.p99 > 2ms', /column 1: "registre\.p99" is no metric \(did you mean register\.p99\?\)/],
  ['register.p99 > 2', /column 16: 2 has no unit, and register\.p99 is a time/],
  ['register.p99 > base', /column 16: there is no baseline; hold it in irqbench compare/],
  ['', /column 1: the end where a metric or a number should be/],
];
for (const [text, message] of BAD) {
  test(`${text || 'nothing'} is refused before the run`, async () => {
    const output = file('refused.json');
    for (const more of [[], ['--print-plan']]) {
      const { code, stdout, stderr } = await irqbench([
        ...TINY,
        '--output',
        output,
        ...more,
        ...failIf(text),
      ]);
      assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1]);
      assert.match(stderr, message);
    }
    assert.ok(!existsSync(output));
  });
}

test('what only the samples can tell is an error after the run, whatever else was crossed', async () => {
  const { code, stdout, stderr } = await irqbench([
    ...TINY,
    ...['--burst', '1'],
    ...failIf('lock.waitMean > 1m', 'register.p50 > 1ns'),
  ]);
  assert.equal(code, 2);
  assert.match(stdout, /audit +clean/);
  const errors = errorsOf(stderr);
  assert.equal(errors.length, 2);
  assert.match(errors[0] as string, /crossed register\.p50 > 1ns/);
  assert.match(
    errors[1] as string,
    /--fail-if "lock\.waitMean > 1m": linux-6\.2: lock\.waitMean is not known: nobody waited/,
  );
});

const SIM = ['--backend', 'sim', '--vms', '2', '--burst', '1', '--irqfds', '2', '--rounds', '2'];
const fileOf = (name: string, text: string) => {
  writeFileSync(file(name), text);
  return file(name);
};
const TOO_FEW: [string, () => string[], RegExp][] = [
  [
    'fork',
    () => ['fork', ...SIM, ...failIf('register.max > 1ns', 'register.p90 > 1ns')],
    /^--fail-if "register\.p90 > 1ns": register\.p90 cannot be known: p90 needs 50 samples, a run has 4 at the most; --rounds 25 has enough, or ask for a lower percentile$/m,
  ],
  [
    'fork with a workload',
    () => {
      const text = 'vms: 2\nburst: 2\nirqfds: 2\nrounds: 2\nthresholds: [vmReady.p50 > 1s]\n';
      return ['fork', '--workload', fileOf('few.yaml', text)];
    },
    /few\.yaml:5:14 thresholds "vmReady\.p50 > 1s": vmReady\.p50 .*4 at the most; --rounds 5 has/,
  ],
  [
    'compare',
    () => [
      'compare',
      'linux-6.2',
      'outside',
      ...SIM,
      ...failIf('register.max > base(register.p99)'),
    ],
    /register\.p99 of the baseline cannot be known: .* --rounds 250 has enough/,
  ],
  [
    'compare --metric',
    () => ['compare', 'linux-6.2', 'outside', ...SIM, '--metric', 'register.p95'],
    /^--metric register\.p95: p95 needs 100 samples, a round has 2 at the most; --burst 50 has/,
  ],
  [
    'sweep',
    () => ['sweep', ...SIM, '--vary', 'seed=1,2', ...failIf('register.p99 > 1s')],
    /^--fail-if "register\.p99 > 1s": seed=1: register\.p99 cannot be known: /,
  ],
  [
    'sweep --metric',
    () => ['sweep', ...SIM, '--vary', 'seed=1,2', '--metric', 'register.p99'],
    /^--metric: no point can have register\.p99: seed=2: p99 needs 500 samples, /,
  ],
  [
    'gate',
    () => ['gate', ...failIf('register.p99 > 2ms')],
    /a run has 300 at the most; --rounds 34 has enough/,
  ],
];
for (const [name, args, message] of TOO_FEW) {
  test(`${name}: a percentile that the plan has not the samples for is refused before the run`, async () => {
    const { code, stdout, stderr } = await irqbench(args());
    assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1]);
    assert.match(stderr.replace(/^irqbench: error: /, ''), message);
  });
}

test('a sweep whose points have the samples in part shows who has them', async () => {
  const { code, stdout } = await irqbench([
    ...['sweep', '--backend', 'sim', '--vms', '2', '--burst', '1', '--irqfds', '2'],
    ...['--vary', 'rounds=2,25', '--metric', 'register.p90', '--format', 'csv'],
  ]);
  assert.equal(code, 0);
  assert.equal(linesOf(stdout).length, 3);
});

test('a run that fails ends with its own exit code', async () => {
  const { code, stderr } = await irqbench([
    ...TINY,
    '--fault',
    'throw-vm',
    ...failIf('register.p50 > 1ns'),
  ]);
  assert.equal(code, 3);
  assert.doesNotMatch(stderr, /crossed|p50/);
});

test('so does one that is interrupted, though what it has crosses a threshold', async () => {
  const args = ['fork', '--vms', '10', '--burst', '2', '--hold', '30s', '--warmup-rounds', '0'];
  const { code, stderr } = await irqbench([...args, ...failIf('register.max > 1ns')], {
    onStdout: (child, text) => {
      // The header is out: the run has begun. Give it time to register everything and hold.
      if (text.includes('irqbench fork')) setTimeout(() => child.kill('SIGINT'), 3000);
    },
  });
  assert.equal(code, 130, stderr);
  assert.equal(stderr, 'irqbench: error: interrupted: the result is partial\n');
});

test('a workload has thresholds, which flags add to', async () => {
  const path = file('held.yaml');
  writeFileSync(
    path,
    'vms: 10\nburst: 2\nrounds: 2\nhold: 1ms\nthresholds:\n  - register.p50 > 1ns\n',
  );
  const { code, stderr } = await irqbench([
    'fork',
    '--workload',
    path,
    ...failIf('work.registrations != 1'),
  ]);
  assert.equal(code, 5);
  assert.match(stderr, /crossed register\.p50 > 1ns: /);
  assert.match(stderr, /crossed work\.registrations != 1: /);
  writeFileSync(path, 'vms: 10\nthresholds:\n  - register.p50 > 1ns\n  - register.p50 > 1\n');
  const refused = await irqbench(['fork', '--workload', path]);
  assert.equal(refused.code, 2);
  assert.ok(
    refused.stderr.startsWith(
      `irqbench: error: ${path}:4:5 thresholds "register.p50 > 1": column 16: `,
    ),
    refused.stderr,
  );
});

test('a comparison holds every strategy, by its name; base is the first', async () => {
  const args = ['compare', 'linux-6.2', 'linux-6.17', 'hlist', '--backend', 'sim'];
  const small = ['--vms', '20', '--burst', '2', '--rounds', '2'];
  const { code, stdout, stderr } = await irqbench([
    ...args,
    ...small,
    ...failIf('work.nodesVisited > base / 2', 'work.registrations > 0', 'register.max > 1m'),
  ]);
  assert.equal(code, 5);
  assert.match(stdout, /^irqbench compare/);
  const crossed = errorsOf(stderr).map((line) => /error: (\S+): crossed (\S+)/.exec(line));
  assert.deepEqual(
    crossed.map((match) => match?.slice(1)),
    [
      ['linux-6.2', 'work.registrations'],
      ['linux-6.17', 'work.registrations'],
      ['hlist', 'work.registrations'],
    ],
  );
});

test('a sweep holds every point, by its values', async () => {
  const { code, stderr } = await irqbench([
    ...['sweep', '--backend', 'sim', '--burst', '2', '--rounds', '2', '--vary', 'vms=10,40'],
    ...['--seeds', '2'],
    ...failIf('work.nodesVisited > 15k'),
  ]);
  assert.equal(code, 5);
  const errors = errorsOf(stderr);
  assert.equal(errors.length, 2);
  assert.match(errors[0] as string, /error: vms=40 seed 1: crossed work\.nodesVisited > 15k: /);
  assert.match(errors[1] as string, /error: vms=40 seed 2: crossed work\.nodesVisited > 15k: /);
});

test('report holds a saved run, comparison or sweep', async () => {
  const saved = {
    run: buildResult(),
    comparison: buildComparison(),
    sweep: buildSweep(),
  };
  for (const [name, result] of Object.entries(saved)) {
    const path = file(`${name}.json`);
    writeFileSync(path, JSON.stringify(result));
    const held = (threshold: string) => irqbench(['report', path, ...failIf(threshold)]);
    assert.equal((await held('register.max > 1ns')).code, 5, name);
    assert.equal((await held('register.max < 1ns')).code, 0, name);
    assert.equal((await held('register.max < base')).code, name === 'comparison' ? 5 : 2, name);
  }
});

test('of a result that is not whole nothing is said to hold', async () => {
  const path = file('partial.json');
  for (const result of [
    buildResult({ measuredRounds: 3 }),
    buildResult({ replace: { failure: 'VM 3 died' } }),
  ]) {
    writeFileSync(path, JSON.stringify(result));
    const { code, stdout, stderr } = await irqbench([
      'report',
      path,
      ...failIf('register.p50 > 1s'),
    ]);
    assert.equal(code, 2);
    assert.match(stdout, /^register /m);
    assert.match(stderr, /the result is not whole \((interrupted|VM 3 died)\), so no threshold/);
  }
});

test('of a trace a threshold is held where its whole range is on one side', async () => {
  const path = file('trace.json');
  await irqbench(['import', tracePath('funclatency-usecs.log'), '--output', path]);
  const hold = (threshold: string) => irqbench(['report', path, ...failIf(threshold)]);
  assert.equal((await hold('register.p50 > 1ns')).code, 5);
  assert.equal((await hold('register.p50 > 1m')).code, 0);
  const { code, stderr } = await hold('work.nodesVisited > 0');
  assert.equal(code, 2);
  assert.match(stderr, /work\.nodesVisited is not known: a real kernel does not count it$/m);
});

test('merge holds every point that was put together, and nothing while points are missing', async () => {
  const sweep = buildSweep();
  const path = file('merged.json');
  writeFileSync(path, JSON.stringify(sweep));
  const merge = (threshold: string) => irqbench(['merge', path, ...failIf(threshold)]);
  const { code, stdout, stderr } = await merge('register.max > 1ns');
  assert.equal(code, 5);
  assert.match(stdout, /^irqbench sweep/);
  const runs = sweep.points.reduce((sum, point) => sum + point.runs.length, 0);
  assert.equal(errorsOf(stderr).length, runs);
  assert.equal((await merge('register.max < 1ns')).code, 0);
  const bad = await merge('register.max > 1');
  assert.deepEqual([bad.code, bad.stdout], [2, '']);
  assert.match(bad.stderr, /column 16: 1 has no unit/);
  const [, ...others] = sweep.points;
  writeFileSync(path, JSON.stringify({ ...sweep, points: others, partial: true }));
  const cut = await merge('register.max > 1ns');
  assert.equal(cut.code, 3);
  assert.doesNotMatch(cut.stderr, /crossed/);
});

test('import holds what it read, by its file', async () => {
  const log = tracePath('funclatency-usecs.log');
  const read = (threshold: string) => irqbench(['import', log, ...failIf(threshold)]);
  const { code, stdout, stderr } = await read('register.p50 > 1ns');
  assert.equal(code, 5);
  assert.match(stdout, /^irqbench import/);
  assert.match(stderr, /funclatency-usecs\.log: crossed register\.p50 > 1ns: /);
  assert.equal((await read('register.p50 > 1m')).code, 0);
  assert.equal((await read('work.nodesVisited > 0')).code, 2);
  const bad = await read('registre.p50 > 1m');
  assert.deepEqual([bad.code, bad.stdout], [2, '']);
});

test('list metrics names what thresholds take', async () => {
  const { code, stdout } = await irqbench(['list', 'metrics']);
  assert.equal(code, 0);
  assert.match(stdout, /^register\.p<N> +time +smaller is better$/m);
  assert.match(stdout, /^fairness\.jain +ratio +larger is better$/m);
  assert.match(stdout, /^work\.registrations +count +-$/m);
});

for (const command of ['fork', 'compare', 'sweep', 'merge', 'report', 'import', 'gate']) {
  test(`${command} --help has --fail-if, with an example`, async () => {
    const { stdout } = await irqbench([command, '--help']);
    assert.match(stdout, /^ +--fail-if <threshold>/m);
    assert.match(stdout.split('Examples:')[1] ?? '', /--fail-if '/);
  });
}
