import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { irqbench, linesOf } from './irqbench.js';

const COMMANDS = ['fork', 'report', 'list', 'schema'];

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  const { code, stdout } = await irqbench(['--version']);
  assert.deepEqual([code, stdout], [0, `${version}\n`]);
});

test('--help names every command and every exit code', async () => {
  const { code, stdout, stderr } = await irqbench(['--help']);
  assert.deepEqual([code, stderr], [0, '']);
  for (const command of COMMANDS) assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
  for (const exitCode of [0, 1, 2, 3, 6, 130]) {
    assert.match(stdout, new RegExp(`^  ${exitCode} +\\S`, 'm'));
  }
});

for (const command of COMMANDS) {
  test(`${command} --help has examples of itself`, async () => {
    const { code, stdout } = await irqbench([command, '--help']);
    assert.equal(code, 0);
    const examples = stdout.split('Examples:')[1] ?? '';
    assert.ok(examples.includes(`irqbench ${command}`));
  });
}

test('fork --help has every option with its default', async () => {
  const { stdout } = await irqbench(['fork', '--help']);
  // An entry a line, without the line breaks inside it.
  const entries = stdout.replace(/\n {10,}/g, ' ').split('\n');
  for (const [option, initial] of [
    ['vms', '800'],
    ['burst', '20'],
    ['irqfds', '15'],
    ['rounds', '10'],
    ['warmup-rounds', '1'],
    ['hold', '400ms'],
    ['release', 'together'],
    ['strategy', 'linux-6.2'],
    ['producers-per-vm', '0'],
    ['producer-order', 'before'],
    ['connect-cost', '0'],
    ['connect-failure-rate', '0'],
    ['background', 'state'],
    ['seed', '1'],
    ['pin', 'off'],
    ['percentiles', '50,90,99,99.9'],
  ]) {
    const entry = entries.find((line) => line.trimStart().startsWith(`--${option} <`)) ?? '';
    assert.match(entry.replaceAll('"', ''), new RegExp(`\\(default: ${initial}\\)$`), option);
  }
});

const MISUSE: [string[], RegExp][] = [
  [[], /no command given; see irqbench --help/],
  [['frok'], /unknown command 'frok' \(Did you mean fork\?\)/],
  [['fork', '--vmz', '3'], /unknown option '--vmz' \(Did you mean --vms\?\)/],
  [['fork', 'extra'], /too many arguments/],
  [['fork', '--vms'], /argument missing/],
  [['fork', '--format', 'xml'], /--format.*xml.*text, json, csv, hgrm, funclatency, markdown/],
  [['list', 'locks'], /locks.*strategies, workloads/],
  [['report'], /missing required argument 'result'/],
];
for (const [args, message] of MISUSE) {
  test(`irqbench ${args.join(' ')}: one line and exit code 2`, async () => {
    const { code, stdout, stderr } = await irqbench(args);
    assert.equal(code, 2);
    const errors = linesOf(stderr).filter((line) => line.startsWith('irqbench: error: '));
    assert.equal(errors.length, 1);
    assert.match(errors[0] as string, message);
    assert.equal(stdout, '');
  });
}

test('list strategies and list workloads print a line each', async () => {
  const strategies = await irqbench(['list', 'strategies']);
  const [presets = '', axes = ''] = strategies.stdout.split('\n\n');
  assert.deepEqual(
    linesOf(presets).map((line) => line.split(' ')[0]),
    ['linux-6.2', 'linux-6.17'],
  );
  assert.match(axes, /^index xarray +\S/m);
  assert.match(axes, /^lock mutex +\S/m);
  const workloads = await irqbench(['list', 'workloads']);
  assert.deepEqual(
    linesOf(workloads.stdout).map((line) => line.split(' ')[0]),
    ['bug-217379', 'dense-xarray', 'kvm-irqfd-fork', 'msix-churn', 'smoke', 'vfio-assign'],
  );
});
