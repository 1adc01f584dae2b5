import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gateResultSchema } from '../../src/model/gate-result.js';
import { junitFaults } from '../support/junit.js';
import { irqbench, linesOf, type Outcome, scratchFolder } from './irqbench.js';

/** Ctrl-C while a gate is measured on threads. */

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const base = at('base.json');
const marks = at('marks');
const lock = at('marking.mjs');

const template = new URL('../../../workloads/templates/lock.mjs', import.meta.url);
const PLAN = ['--vms', '2', '--burst', '1', '--irqfds', '2', '--rounds', '2', '--hold', '1ms'];
const SESSIONS = 100;

/** A lock that leaves a mark for every thread that loads it. */
function markingLock(): string {
  return [
    "import { appendFileSync } from 'node:fs';",
    `appendFileSync(${JSON.stringify(marks)}, 'loaded\\n');`,
    readFileSync(template, 'utf8'),
  ].join('\n');
}

before(async () => {
  writeFileSync(lock, markingLock());
  const saving = ['gate', '--save-baseline', base, ...PLAN, '--lock', lock, '--sessions', '6'];
  const { code, stderr } = await irqbench(saving);
  assert.equal(code, 0, stderr);
});

/**
 * The main thread loads the lock, then the first crew for its five sessions: with the third mark the
 * second crew is there.
 */
async function interrupted(args: readonly string[]): Promise<Outcome> {
  writeFileSync(marks, '');
  return irqbench(['gate', ...args, ...PLAN, '--lock', lock, '--sessions', String(SESSIONS)], {
    onStart: (child) => {
      const look = setInterval(() => {
        if (child.exitCode === null && linesOf(readFileSync(marks, 'utf8')).length < 3) return;
        clearInterval(look);
        child.kill('SIGINT');
      }, 10);
    },
  });
}

test('while a baseline is measured: nothing is saved, an older one stays as it was', async () => {
  const old = readFileSync(base, 'utf8');
  const names = readdirSync(folder).sort();
  const { code, stdout, stderr } = await interrupted(['--save-baseline', base]);
  assert.deepEqual([code, stdout], [130, '']);
  const [, measured] =
    /^irqbench: error: interrupted after (\d+) of 100 sessions: no baseline is saved\n$/.exec(
      stderr,
    ) ?? assert.fail(stderr);
  assert.ok(Number(measured) >= 5 && Number(measured) < SESSIONS, stderr);
  assert.equal(readFileSync(base, 'utf8'), old);
  assert.deepEqual(readdirSync(folder).sort(), names);
});

test('while it is held: what repeats is reported, marked as partial, in every file', async () => {
  const old = readFileSync(base, 'utf8');
  const outputs = [at('gate.json'), at('gate.xml')];
  const { code, stdout, stderr } = await interrupted([
    ...['--baseline', base],
    ...outputs.flatMap((file) => ['--output', file]),
  ]);
  assert.equal(code, 130, stderr);
  assert.match(stdout, /^PARTIAL: interrupted; nothing is proven by what was measured$/m);
  assert.match(stdout, /^gate +interrupted: \d+ checks, \d+ held$/m);
  assert.equal(stderr, 'irqbench: error: interrupted: the result is partial\n');
  const result = gateResultSchema.parse(JSON.parse(readFileSync(at('gate.json'), 'utf8')));
  assert.deepEqual([result.partial, result.passed, result.accept], [true, false, null]);
  assert.ok(result.checks.length > 0);
  assert.ok(result.checks.every(({ evidence }) => evidence === 'deterministic'));
  const junit = readFileSync(at('gate.xml'), 'utf8');
  assert.deepEqual(await junitFaults(junit), []);
  assert.match(junit, /interrupted/);
  assert.equal(readFileSync(base, 'utf8'), old);
});
