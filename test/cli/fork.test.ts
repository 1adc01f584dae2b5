import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RunResult } from '../../src/model/run-result.js';
import { irqbench, linesOf, scratchFolder, TINY } from './irqbench.js';

async function forkJson(args: readonly string[]): Promise<RunResult> {
  const { code, stdout, stderr } = await irqbench([...args, '--format', 'json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as RunResult;
}

/** The value at a path such as `work.connects`. */
function at(result: RunResult, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], result);
}

test('the text report has every section', async () => {
  const { code, stdout, stderr } = await irqbench(TINY);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^irqbench fork · linux-6\.2 \(list \+ mutex/);
  for (const section of [
    /^latency +count +min +p50/m,
    /^register +60 /m,
    /^VM ready +4 /m,
    /^ {5}nsecs {15}: count {5}distribution$/m,
    /^ contended {3}total wait {5}max wait {5}avg wait {9}type {3}caller$/m,
    /^fairness +VMs 2/m,
    /^work +registrations 60,/m,
    /^audit +clean$/m,
    /^warning: too few samples .*; --rounds \d+/m,
  ]) {
    assert.match(stdout, section);
  }
  assert.equal(stderr, '');
});

test('the published JSON Schema accepts what runs print', async () => {
  const published = readFileSync(
    new URL('../../schema/result-v1.schema.json', import.meta.url),
    'utf8',
  );
  assert.equal((await irqbench(['schema'])).stdout, published);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(published));
  for (const args of [
    ['fork', '--workload', 'smoke'],
    [...TINY, '--producers-per-vm', '3', '--connect-failure-rate', '0.5', '--pin', 'off'],
    [...TINY, '--strategy', 'linux-6.17', '--fault', 'slow-lock=1.5'],
    [...TINY, '--phases', 'kernel', '--irq-grace', '10us'],
  ]) {
    const result = await forkJson(args);
    assert.ok(validate(result), JSON.stringify(validate.errors));
  }
  assert.equal(validate({ schemaVersion: 1 }), false);
  // A result from before there were phases.
  const { phases: _, irqGraceNs: __, destroyGraceNs: ___, ...plan } = (await forkJson(TINY)).plan;
  assert.ok(validate({ ...(await forkJson(TINY)), plan }), JSON.stringify(validate.errors));
});

for (const strategy of ['linux-6.2', 'linux-6.17']) {
  test(`${strategy}: the same seed repeats what the result calls deterministic`, async () => {
    const args = ['fork', '--workload', 'smoke', '--strategy', strategy, '--seed', '7'];
    const producers = ['--producers-per-vm', '3', '--connect-failure-rate', '0.2'];
    const first = await forkJson([...args, ...producers]);
    const second = await forkJson([...args, ...producers]);
    assert.ok(first.deterministic.includes('work.connectFailures'));
    assert.ok(first.work.connectFailures > 0);
    for (const path of first.deterministic) {
      assert.deepEqual(at(second, path), at(first, path), path);
    }
    const other = await forkJson([...args, ...producers, '--seed', '8']);
    assert.notEqual(other.work.connectFailures, first.work.connectFailures);
  });
}

test('failing connects are counted, refused registrations named, and the audit is clean', async () => {
  const result = await forkJson([
    ...TINY,
    ...['--producers-per-vm', '3', '--connect-cost', '5us', '--connect-failure-rate', '0.5'],
  ]);
  const { work, audit } = result;
  assert.equal(work.connects + work.connectFailures, 2 * 2 * 3);
  assert.equal(work.errors.EIO ?? 0, work.connectFailures);
  assert.ok(work.connectFailures > 0);
  assert.equal(work.disconnects, work.connects);
  assert.equal(audit.damage, 0);
});

test('a list is walked to its end: visited nodes are those of the live consumers', async () => {
  const result = await forkJson([
    ...['fork', '--vms', '10', '--burst', '1', '--irqfds', '4', '--rounds', '3', '--hold', '0'],
  ]);
  // Each round: 40 … 43 entries on registering, 4 … 1 on finding oneself from the head.
  assert.equal(result.work.nodesVisited, 3 * (40 + 41 + 42 + 43 + 4 + 3 + 2 + 1));
});

test('a workload gives the options, flags override it, --print-plan says which was which', async () => {
  const args = ['fork', '--workload', 'smoke', '--burst', '3', '--print-plan'];
  const { code, stdout } = await irqbench(args);
  assert.equal(code, 0);
  assert.match(stdout, /^vms +50 +workload smoke:\d+$/m);
  assert.match(stdout, /^burst +3 +flag --burst$/m);
  assert.match(stdout, /^irqfds +15 +default$/m);
  assert.match(stdout, /^index +list +preset linux-6\.2$/m);
});

test('a strategy given as a flag is all of it, whatever axis the workload names', async () => {
  const path = join(scratchFolder(), 'axis.yaml');
  writeFileSync(path, 'description: an axis\nindex: xarray\n');
  const print = (...flags: string[]) =>
    irqbench(['fork', '--workload', path, '--print-plan', ...flags]);
  assert.match((await print()).stdout, /^index +xarray +workload/m);
  assert.match(
    (await print('--strategy', 'linux-6.2')).stdout,
    /^index +list +preset linux-6\.2$/m,
  );
  const both = await print('--strategy', 'linux-6.2', '--index', 'xarray');
  assert.match(both.stdout, /^index +xarray +flag --index$/m);
});

for (const strategy of ['linux-6.2', 'outside']) {
  test(`${strategy}: --phases kernel reports whole calls too, and its audit is clean`, async () => {
    const args = [...TINY, '--strategy', strategy, '--phases', 'kernel', '--producers-per-vm', '2'];
    const { code, stdout, stderr } = await irqbench(args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /, phases kernel, seed 1$/m);
    assert.match(stdout, /^register +60 /m);
    assert.match(stdout, /^deregister +60 /m);
    assert.match(stdout, /^deassign +60 /m);
    assert.match(stdout, /^destroy +4 /m);
    assert.match(stdout, /^audit +clean$/m);
    assert.match((await irqbench([...args, '--format', 'csv'])).stdout, /,destroy,4,/);
  });
}

test('bare runs report the manager alone', async () => {
  const { latency } = await forkJson(TINY);
  assert.deepEqual(Object.keys(latency), ['register', 'deregister', 'vmReady']);
});

test('a saved result of a run with phases is reported again', async () => {
  const path = join(scratchFolder(), 'kernel.json');
  const flags = ['--phases', 'queue,destroy', '--destroy-grace', '1ms', '--output', path];
  const { code, stderr } = await irqbench([...TINY, ...flags]);
  assert.equal(code, 0, stderr);
  const { stdout } = await irqbench(['report', path]);
  assert.match(stdout, /, phases queue,destroy, destroy grace 1\.00 ms, seed 1$/m);
  assert.match(stdout, /^destroy +4 /m);
});

test('--per-vm prints the lines of the reproducer', async () => {
  const { stdout } = await irqbench([...TINY, '--per-vm']);
  const lines = linesOf(stdout).filter((line) => /^idx \d+ min \d+ max \d+ avg \d+$/.test(line));
  assert.deepEqual(
    lines.map((line) => line.split(' ')[1]),
    ['0', '1'],
  );
});

test('background VMs can have threads of their own, and their price is told first', async () => {
  const { code, stderr, stdout } = await irqbench([...TINY, '--background', 'threads']);
  assert.equal(code, 0);
  assert.match(stderr, /note: a thread for each of 10 background VMs takes about 75\.0 MB/);
  assert.match(stdout, /audit +clean/);
});

test('colours only where they are asked for', async () => {
  const csi = String.fromCharCode(27);
  const plain = await irqbench(TINY);
  const forced = await irqbench(TINY, { env: { FORCE_COLOR: '1' } });
  const refused = await irqbench(TINY, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
  const flagged = await irqbench([...TINY, '--no-color'], { env: { FORCE_COLOR: '1' } });
  assert.deepEqual(
    [plain, forced, refused, flagged].map(({ stdout }) => stdout.includes(csi)),
    [false, true, false, false],
  );
});

test('formats without room for warnings leave the output clean and warn beside it', async () => {
  const { stdout, stderr } = await irqbench([...TINY, '--format', 'csv']);
  assert.match(stdout, /^strategy,index,lock,/);
  assert.equal(linesOf(stdout.replaceAll('\r', '')).length, 4);
  assert.match(stderr, /^irqbench: warning: too few samples/);
  const quiet = await irqbench([...TINY, '--format', 'csv', '--quiet']);
  assert.equal(quiet.stderr, '');
});
