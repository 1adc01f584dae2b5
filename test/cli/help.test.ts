import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { lockNames } from '../../src/model/algorithm-names.js';
import { phaseNames } from '../../src/model/phases.js';
import { presetNames } from '../../src/plan/strategies.js';
import { irqbench, linesOf } from './irqbench.js';

const COMMANDS = [
  'fork',
  'compare',
  'sweep',
  'merge',
  'verify',
  'gate',
  'fidelity',
  'calibrate',
  'report',
  'list',
  'init',
  'schema',
  'trace',
  'import',
  'doctor',
];

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
  for (const exitCode of [0, 1, 2, 3, 4, 5, 6, 130]) {
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
    ['connect-mode', 'spin'],
    ['phases', 'bare'],
    ['irq-grace', '0'],
    ['destroy-grace', '0'],
    ['nodes', '1'],
    ['stall-timeout', '10s'],
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

test('fork --help says which options are the strategy’s', async () => {
  const { stdout } = await irqbench(['fork', '--help']);
  const entries = stdout.replace(/\n {10,}/g, ' ').split('\n');
  for (const option of ['index', 'lock', 'scope', 'connect', 'bypass', 'no-bypass-share']) {
    const entry = entries.find((line) => line.trimStart().startsWith(`--${option} <`)) ?? '';
    assert.match(entry, /\(default: the strategy's\)$/, option);
  }
});

test('list strategies says of each preset what it is, where it comes from, what it cannot do', async () => {
  const strategies = await irqbench(['list', 'strategies']);
  const blocks = strategies.stdout.split('\n\n');
  const axes = blocks.pop() ?? '';
  assert.deepEqual(
    blocks.map((block) => block.split('\n')[0]),
    presetNames,
  );
  for (const block of blocks) {
    assert.match(block, /\n {2}\S.*\n {2}from +\S.*\n {2}cannot +\S.*\n {2}axes +index /);
  }
  assert.match(axes, /^index xarray +\S/m);
  for (const lock of lockNames) assert.match(axes, new RegExp(`^lock ${lock} +\\S`, 'm'));
});

test('list strategies --matrix has a reason for each combination that it refuses', async () => {
  const { code, stdout } = await irqbench(['list', 'strategies', '--matrix']);
  assert.equal(code, 0);
  const [cells = '', notes = ''] = stdout.split('\n\n');
  const refused = new Set([...cells.matchAll(/\((\d)\)/g)].map(([, number]) => number));
  assert.deepEqual(
    [...refused].sort(),
    [...notes.matchAll(/^\((\d)\) .*: .+\(--/gm)].map(([, number]) => number),
  );
  assert.match(cells, /^token +outside +yes/m);
  assert.match(cells, /^global +inside +yes/m);
  const { code: refusal, stderr } = await irqbench(['list', 'workloads', '--matrix']);
  assert.equal(refusal, 2, stderr);
});

test('list phases says of each what it does and where the kernel does it', async () => {
  const { code, stdout } = await irqbench(['list', 'phases']);
  assert.equal(code, 0);
  const blocks = stdout.trimEnd().split('\n\n');
  assert.deepEqual(
    blocks.map((block) => block.split('\n')[0]),
    phaseNames,
  );
  for (const block of blocks) assert.match(block, /\n {2}\S.*\n {2}from +(virt|mm|arch)\/\S+\.c, /);
});

test('list scenarios prints a line each', async () => {
  const { stdout } = await irqbench(['list', 'scenarios']);
  const lines = linesOf(stdout);
  assert.ok(lines.length >= 10);
  for (const line of lines) assert.match(line, /^[a-z-]+ {2,}\S.{20,}$/);
});

test('list workloads prints a line each', async () => {
  const workloads = await irqbench(['list', 'workloads']);
  assert.deepEqual(
    linesOf(workloads.stdout).map((line) => line.split(' ')[0]),
    ['bug-217379', 'ci', 'dense-xarray', 'kvm-irqfd-fork', 'msix-churn', 'smoke', 'vfio-assign'],
  );
});
