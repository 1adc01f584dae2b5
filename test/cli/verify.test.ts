import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { VerifyResult } from '../../src/model/verify-result.js';
import { irqbench, linesOf, scratchFolder } from './irqbench.js';

/** `irqbench verify` as users run it: locks that hold, locks that do not, and what is refused. */

const folder = scratchFolder();

function lockFile(name: string, acquire: string, release: string): string {
  writeFileSync(
    join(folder, name),
    `export const name = '${name}';
export const words = 1;
export const createLock = ({ memory, at, sync }) => ({
  acquire() {
    ${acquire}
  },
  release() {
    ${release}
  },
});
`,
  );
  return `./${name}`;
}

const verify = (...args: string[]) => irqbench(['verify', ...args], { cwd: folder });

/** Whether it follows the schema that is published. */
async function followsSchema(result: VerifyResult): Promise<boolean> {
  const file = new URL('../../schema/verify-v1.schema.json', import.meta.url);
  const published = readFileSync(file, 'utf8');
  assert.equal((await irqbench(['schema', 'verify'])).stdout, published);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(published));
  return validate(result) || assert.fail(JSON.stringify(validate.errors));
}

const BROKEN = lockFile(
  'broken.mjs',
  'while (Atomics.exchange(memory, at, 2) !== 0) Atomics.wait(memory, at, 2);',
  'Atomics.store(memory, at, 0); if (Atomics.load(memory, at) === 2) Atomics.notify(memory, at, 1);',
);

test('a lock that holds: what was explored, what was checked, and that it is bounded', async () => {
  const { code, stdout, stderr } = await verify('--lock', 'mcs', '--preemptions', '2');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^mcs: 3 threads, 2 acquisitions each, sequentially consistent$/m);
  assert.match(stdout, /^exclusive +[\d,]+ +[\d,]+ +[\d,]+ +[\d.]+ +nothing left$/m);
  assert.match(stdout, /^checked +mutual exclusion, .*data races.*first come, first served/m);
  assert.match(
    stdout,
    /no violation; bounded, not exhaustive: every schedule with at most 2 preemptions/,
  );
});

test('a bound that nothing is left out for is exhaustive', async () => {
  const args = ['--lock', 'tas', '--threads', '2', '--acquisitions', '1', '--preemptions', '16'];
  const { code, stdout } = await verify(...args);
  assert.equal(code, 0);
  assert.match(stdout, /exhaustive: every schedule there is was covered/);
  assert.doesNotMatch(stdout, /bounded/);
});

test('a lock that does not: exit code 4, threads side by side, source lines, and a replay', async () => {
  const { code, stdout } = await verify('--lock', BROKEN);
  assert.equal(code, 4);
  assert.match(stdout, /^verdict +VIOLATION \(lost wake-up\)/m);
  assert.match(stdout, /^step +T0 +T1 +T2$/m);
  assert.match(stdout, /broken\.mjs:5 wait lock 2: asleep/);
  assert.match(stdout, /^T\d sleeps since lock was 2; now lock is 0 \(broken\.mjs:5\)$/m);
  assert.match(stdout, /^broken\.mjs:8 +Atomics\.store\(memory, at, 0\); if/m);
  const command = /^replay +irqbench (verify .*)$/m.exec(stdout)?.[1] ?? '';
  const again = await irqbench(command.split(' '), { cwd: folder });
  assert.equal(again.code, 4);
  const traceOf = (text: string) => text.slice(text.indexOf('\nstep '));
  assert.equal(traceOf(again.stdout), traceOf(stdout));
});

test('as JSON and as markdown', async () => {
  const json = await verify('--lock', BROKEN, '--format', 'json');
  assert.equal(json.code, 4);
  const result = JSON.parse(json.stdout) as VerifyResult;
  assert.ok(await followsSchema(result));
  assert.equal(result.violation?.kind, 'lost wake-up');
  assert.ok((result.violation?.trace.length ?? 0) > 3);
  const markdown = await verify('--lock', BROKEN, '--format', 'markdown');
  assert.equal(markdown.code, 4);
  assert.match(markdown.stdout, /^\| step \| T0 \| T1 \| T2 \|$/m);
  assert.match(markdown.stdout, /^- \*\*VIOLATION \(lost wake-up\)/m);
});

test('a lock that excludes nobody is found out before anybody has done anything', async () => {
  const { code, stdout } = await verify('--lock', lockFile('none.mjs', '', ''));
  assert.equal(code, 4);
  assert.match(
    stdout,
    /VIOLATION \(mutual exclusion\): thread 1 came inside while thread 0 was there/,
  );
});

test('a lock with state of its own is followed through it', async () => {
  const text = `export const name = 'toggles';
export const words = 1;
export function createLock({ memory, at, sync }) {
  let times = 0;
  return {
    acquire() {
      times++;
      if (times === 2) return;
      while (Atomics.exchange(memory, at, 1) !== 0) sync.spinWhile(memory, at, 1);
    },
    release() {
      Atomics.store(memory, at, 0);
    },
  };
}
`;
  writeFileSync(join(folder, 'toggles.mjs'), text);
  const once = await verify('--lock', './toggles.mjs', '--acquisitions', '1');
  assert.equal(once.code, 0, once.stderr);
  const twice = await verify('--lock', './toggles.mjs', '--acquisitions', '2');
  assert.equal(twice.code, 4);
});

test('explorers that draw, and a budget of schedules', async () => {
  for (const explorer of ['pct', 'random']) {
    const args = ['--lock', 'mutex', '--explorer', explorer, '--budget', '2e2'];
    const { code, stdout } = await verify(...args);
    assert.equal(code, 0);
    assert.match(stdout, /^exclusive +200 +[\d,]+ +- +[\d.]+ +its budget$/m);
    assert.match(stdout, /bounded, not exhaustive: schedules were drawn/);
  }
});

const REFUSED: [string[], RegExp][] = [
  [[], /nothing to verify; give --strategy <strategy> or --lock <name\|file>/],
  [['--lock', 'mutexx'], /--lock mutexx: is no lock; give mutex, /],
  [['--lock', './absent.mjs'], /--lock \.\/absent\.mjs: cannot be imported/],
  [['--lock', 'mutex', '--threads', '9'], /--threads 9: give a whole number from 2 to 4/],
  [['--lock', 'mutex', '--budget', 'soon'], /--budget soon: give a time such as 60s, or schedules/],
  [['--lock', 'mutex', '--explorer', 'bfs'], /--explorer.*dfs, pct, random/],
  [['--lock', 'mutex', '--replay', 'a5b'], /--replay a5b: is no schedule/],
  [['--lock', 'mutex', '--replay', '9x2:a'], /--replay 9x2:a: is no schedule/],
  [['--lock', 'mutex', '--replay', '2x1:a2bt'], /--replay: the schedule is not one of this lock/],
  [['--lock', 'mutex', '--format', 'csv'], /--format.*text, json, markdown/],
];
for (const [args, message] of REFUSED) {
  test(`verify ${args.join(' ')} is bad usage`, async () => {
    const { code, stdout, stderr } = await verify(...args);
    assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1], stderr);
    assert.match(stderr, message);
  });
}

test('what cannot be stepped is refused with its line', async () => {
  const text = `import { threadId } from 'node:worker_threads';
export const name = 'imports';
export const words = threadId + 1;
export const createLock = () => ({ acquire() {}, release() {} });
`;
  writeFileSync(join(folder, 'imports.mjs'), text);
  const { code, stderr } = await verify('--lock', './imports.mjs');
  assert.equal(code, 2);
  assert.match(
    stderr,
    /--lock \.\/imports\.mjs: cannot be verified: line 1: imports are not followed/,
  );
});
