import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { VerifyResult } from '../../src/model/verify-result.js';
import { irqbench, linesOf, scratchFolder } from './irqbench.js';

/** `irqbench verify --strategy` as users run it: managers that hold, one that does not, refusals. */

const folder = scratchFolder();
const verify = (...args: string[]) => irqbench(['verify', ...args], { cwd: folder });

const SCENARIO = `description: two consumers of one token
objects:
  c0: {consumer: a}
  c1: {consumer: a}
threads:
  - [register: c0, unregister: c0]
  - [register: c1, unregister: c1]
`;
writeFileSync(join(folder, 'mine.yaml'), SCENARIO);
writeFileSync(join(folder, 'two.yaml'), SCENARIO.replace('c1: {consumer: a}', 'c1: {consumer: b}'));

/** An index of one entry, that remembers where it looked: under a lock that readers share, a race. */
const INDEX = `export const name = 'nosy';
export const words = 4;
export const createIndex = ({ memory, at }) => ({
  load(hi, lo) {
    memory[at + 3] = lo;
    return memory[at] === lo ? memory[at + 1] : 0;
  },
  insert(hi, lo, entry) {
    if (memory[at + 1] !== 0) return memory[at] === lo ? -16 : -12;
    memory[at] = lo;
    memory[at + 1] = entry;
    return 0;
  },
  erase(hi, lo) {
    const entry = memory[at] === lo ? memory[at + 1] : 0;
    if (entry !== 0) memory[at + 1] = 0;
    return entry;
  },
});
`;
writeFileSync(join(folder, 'nosy.mjs'), INDEX);
const NOSY = 'rwsem,index=./nosy.mjs';

test('a manager that holds: every scenario, what was checked, and that it is bounded', async () => {
  const { code, stdout, stderr } = await verify('--strategy', 'linux-6.2', '--preemptions', '1');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(
    stdout,
    /^linux-6\.2: list \+ mutex, .*; locks are taken in one step, sequentially/m,
  );
  for (const name of ['two-consumers', 'out-of-arena', 'parameter-off'])
    assert.match(
      stdout,
      new RegExp(`^${name} +[\\d,]+ +[\\d,]+ +[\\d,]+ +[\\d.]+ +nothing left$`, 'm'),
    );
  assert.match(
    stdout,
    /^checked +linearizability, order of callbacks, .*audit of the memory, leaks/m,
  );
  assert.match(
    stdout,
    /all \d+ scenarios: no violation; bounded, not exhaustive: every schedule with at most 1 preemption/,
  );
});

test('axes, a scenario by name and one of the own, and locks step by step', async () => {
  const strategy = 'outside,index=hlist';
  const args = ['--scenario', 'two-consumers', '--scenario', './mine.yaml', '--step-locks'];
  const { code, stdout } = await verify('--strategy', strategy, ...args, '--preemptions', '1');
  assert.equal(code, 0);
  assert.match(stdout, /^outside,index=hlist: hlist:9 \+ mutex, scope token:16/m);
  assert.match(stdout, /locks are taken step by step/);
  assert.match(stdout, /^two-consumers .*\n\.\/mine\.yaml /m);
});

test('one that does not: exit code 4, threads side by side, source lines, and a replay', async () => {
  const { code, stdout } = await verify('--strategy', NOSY, '--scenario', './mine.yaml');
  assert.equal(code, 4);
  assert.match(
    stdout,
    /^verdict +VIOLATION \(data race\): consumers\[3\]: thread \d's access at nosy/m,
  );
  assert.match(stdout, /^step +T0 +T1$/m);
  assert.match(stdout, /register c0/);
  assert.match(stdout, /guard\.ts:\d+ acquire lock shared/);
  assert.match(stdout, /^nosy\.mjs:5 +memory\[at \+ 3\] = lo;$/m);
  const command = /^replay +irqbench (verify .*)$/m.exec(stdout)?.[1] ?? '';
  assert.match(command, /--scenario \.\/mine\.yaml --replay mine@[0-9a-f]{4}:/);
  const again = await irqbench(command.split(' '), { cwd: folder });
  assert.equal(again.code, 4);
  const traceOf = (text: string) => text.slice(text.indexOf('\nstep '));
  assert.equal(traceOf(again.stdout), traceOf(stdout));
});

test('as JSON, which follows the schema, and as markdown', async () => {
  const args = ['--strategy', NOSY, '--scenario', './mine.yaml', '--format'];
  const json = await verify(...args, 'json');
  assert.equal(json.code, 4);
  const result = JSON.parse(json.stdout) as VerifyResult;
  const schema = new URL('../../schema/verify-v1.schema.json', import.meta.url);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(schema, 'utf8')));
  assert.ok(validate(result), JSON.stringify(validate.errors));
  assert.deepEqual(
    [result.lock, result.strategy?.lock, result.locks],
    [null, 'rwsem', 'in one step'],
  );
  assert.equal(result.violation?.kind, 'data race');
  const markdown = await verify(...args, 'markdown');
  assert.equal(markdown.code, 4);
  assert.match(markdown.stdout, /^## irqbench verify rwsem,index=\.\/nosy\.mjs$/m);
  assert.match(markdown.stdout, /^\| step \| T0 \| T1 \|$/m);
});

test('under a lock that nobody shares it is no race; that it has room for one is found with two', async () => {
  const strategy = 'linux-6.17,index=./nosy.mjs';
  const alone = await verify('--strategy', strategy, '--scenario', './mine.yaml');
  assert.equal(alone.code, 0, alone.stdout);
  const { code, stdout } = await verify('--strategy', strategy, '--scenario', './two.yaml');
  assert.equal(code, 4);
  assert.match(stdout, /VIOLATION \(not linearizable\): .*returned -12/);
});

test('explorers that draw, and a budget of schedules', async () => {
  for (const explorer of ['pct', 'random']) {
    const args = ['--scenario', 'two-consumers', '--explorer', explorer, '--budget', '2e2'];
    const { code, stdout } = await verify('--strategy', 'outside', ...args);
    assert.equal(code, 0);
    assert.match(stdout, /^two-consumers +200 +[\d,]+ +- +[\d.]+ +its budget$/m);
    assert.match(stdout, /bounded, not exhaustive: schedules were drawn/);
  }
});

const REFUSED: [string[], RegExp][] = [
  [
    ['--strategy', 'linux-6.3'],
    /^irqbench: error: --strategy: "linux-6\.3" is no strategy \(did you/,
  ],
  [['--strategy', 'outside,lock=rwsem'], /lock rwsem does not go with scope token/],
  [
    ['--strategy', 'outside', '--lock', 'mcs'],
    /--lock mcs: with a strategy its lock is an axis; give --strategy outside,lock=mcs/,
  ],
  [['--strategy', 'outside', '--threads', '3'], /--threads: is for a lock alone; a scenario says/],
  [
    ['--lock', 'mcs', '--scenario', 'two-consumers'],
    /--scenario: is for a strategy; give --strategy/,
  ],
  [['--lock', 'mcs', '--step-locks'], /--step-locks: is for a strategy/],
  [['--strategy', 'outside', '--scenario', 'two'], /--scenario: "two" is no packaged scenario/],
  [
    ['--strategy', 'outside', '--scenario', './absent.yaml'],
    /--scenario \.\/absent\.yaml: there is no such file/,
  ],
  [['--strategy', 'outside', '--replay', '3x2:a'], /--replay 3x2:a: is no schedule of a scenario/],
  [
    ['--strategy', 'outside', '--replay', 'two-consumers@0000:a'],
    /is of another strategy, or the scenario has/,
  ],
  [['--strategy', 'linux-6.2,index=./absent.mjs'], /--index \.\/absent\.mjs: cannot be imported/],
];
for (const [args, message] of REFUSED) {
  test(`verify ${args.join(' ')} is bad usage`, async () => {
    const { code, stdout, stderr } = await verify(...args);
    assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1], stderr);
    assert.match(stderr, message);
  });
}

test('a scenario that is wrong is refused with its line and the remedy', async () => {
  writeFileSync(join(folder, 'wrong.yaml'), SCENARIO.replace('[register: c1', '[register: c2'));
  const { code, stderr } = await verify('--strategy', 'outside', '--scenario', './wrong.yaml');
  assert.equal(code, 2);
  assert.match(
    stderr,
    /\.\/wrong\.yaml:7:\d+: "c2" is no object of this scenario .*; give c0 or c1/,
  );
});
