import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { baselineText } from '../../src/gate/baseline-file.js';
import type { Baseline } from '../../src/model/baseline.js';
import { type GateResult, gateResultSchema } from '../../src/model/gate-result.js';
import { irqbench, linesOf, scratchFolder, TINY } from './irqbench.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);

const SIM = ['--backend', 'sim', '--vms', '20', '--burst', '3', '--rounds', '2', '--hold', '1ms'];
const THREADS = ['--vms', '10', '--burst', '1', '--rounds', '3', '--hold', '1ms'];
const simBase = at('sim.json');
const threadsBase = at('threads.json');

before(async () => {
  for (const args of [
    ['--save-baseline', simBase, ...SIM],
    ['--save-baseline', threadsBase, ...THREADS],
  ]) {
    const { code, stderr } = await irqbench(['gate', ...args]);
    assert.equal(code, 0, stderr);
  }
});

async function gateJson(
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly result: GateResult }> {
  const { code, stdout, stderr } = await irqbench(['gate', ...args, '--format', 'json']);
  assert.notEqual(stdout, '', stderr);
  return { code, result: gateResultSchema.parse(JSON.parse(stdout)) };
}

/** One line on the standard error and nothing on the standard output. */
async function refused(args: readonly string[], code = 2): Promise<string> {
  const outcome = await irqbench(['gate', ...args]);
  assert.equal(outcome.code, code, outcome.stdout);
  assert.equal(outcome.stdout, '');
  assert.equal(linesOf(outcome.stderr).length, 1, outcome.stderr);
  return outcome.stderr;
}

/** The saved baseline with something changed, as if it had been saved so. */
function rewritten(name: string, from: string, change: (baseline: Baseline) => object): string {
  const { digest: _, ...content } = JSON.parse(readFileSync(from, 'utf8')) as Baseline;
  const saved = { ...content, digest: '' };
  writeFileSync(at(name), baselineText({ ...content, ...change(saved) }));
  return at(name);
}

test('a simulated run is held to the digit, and its baseline and result are the same bytes again', async () => {
  const args = ['gate', '--baseline', simBase, ...SIM];
  const first = await irqbench([...args, '--output', at('1.json')]);
  const second = await irqbench([...args, '--output', at('2.json')]);
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.stderr, '');
  assert.equal(first.stdout, second.stdout);
  assert.equal(readFileSync(at('1.json'), 'utf8'), readFileSync(at('2.json'), 'utf8'));
  const again = await irqbench(['gate', '--save-baseline', at('again.json'), ...SIM]);
  assert.match(again.stdout, /baseline of linux-6\.2 on sim; deterministic \d+ figures$/m);
  assert.equal(readFileSync(at('again.json'), 'utf8'), readFileSync(simBase, 'utf8'));
});

test('baselines follow the published schema: those of the repository, and of each backend', async () => {
  const url = new URL('../../schema/baseline-v1.schema.json', import.meta.url);
  const published = readFileSync(url, 'utf8');
  assert.equal((await irqbench(['schema', 'baseline'])).stdout, published);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(published));
  const kept = new URL('../../../workloads/baselines/', import.meta.url);
  const files = [...readdirSync(kept).map((name) => new URL(name, kept)), simBase, threadsBase];
  assert.ok(files.length > 2);
  for (const file of files) {
    const baseline = JSON.parse(readFileSync(file, 'utf8')) as Baseline;
    assert.ok(validate(baseline), `${file}: ${JSON.stringify(validate.errors)}`);
    assert.equal(validate({ ...baseline, figures: {} }), false);
    assert.equal(validate({ ...baseline, digest: 'none' }), false);
  }
  const { clock, ...rest } = JSON.parse(readFileSync(threadsBase, 'utf8')) as Baseline;
  assert.ok(clock && clock.sessions.length > 1);
  assert.equal(
    validate({ ...rest, clock: { ...clock, sessions: [{ 'register.p50': [-1] }] } }),
    false,
  );
});

test('a slower critical section fails, with the table and the command that accepts it', async () => {
  const args = ['--baseline', simBase, ...SIM, '--fault', 'slow-lock=1.5'];
  const { code, stdout } = await irqbench(['gate', ...args, '--github']);
  assert.equal(code, 5);
  assert.match(stdout, /register\.mean .* regressed$/m);
  assert.match(stdout, /^::error /m);
  const { code: again, result } = await gateJson(args);
  assert.equal(again, 5);
  assert.equal(result.passed, false);
  assert.equal(
    result.accept,
    `irqbench gate --save-baseline ${simBase} --backend sim --vms 20 --burst 3 --rounds 2 --hold 1ms`,
  );
});

test('what is allowed passes, metric by metric', async () => {
  const { result } = await gateJson([
    ...['--baseline', simBase, ...SIM, '--fault', 'slow-lock=1.5'],
    ...['--allow', 'register.mean', '--allow', 'latency.register.maxNs'],
  ]);
  const verdictOf = (name: string) => result.checks.find(({ metric }) => metric === name)?.verdict;
  assert.equal(verdictOf('register.mean'), 'allowed');
  assert.equal(verdictOf('register.max'), 'allowed');
  assert.equal(verdictOf('register.p50'), 'regressed');
  assert.match(await refused(['--baseline', simBase, '--allow', 'register.p98x']), /no metric/);
});

test('on threads the clock is held beside a yardstick, the work to the digit', async () => {
  const { code, result } = await gateJson(['--baseline', threadsBase, ...THREADS, '--noise', '10']);
  assert.equal(code, 0);
  assert.deepEqual(
    [...new Set(result.checks.map(({ evidence }) => evidence))],
    ['deterministic', 'statistical'],
  );
  for (const { evidence, unit, ratio, p } of result.checks) {
    if (evidence !== 'statistical') continue;
    assert.equal(unit, 'ratio');
    assert.ok(ratio?.low && ratio.high && ratio.low <= ratio.high);
    assert.ok(p !== null);
  }
});

test('a critical section that is twenty times as long is found on any machine', async () => {
  const args = ['--baseline', threadsBase, ...THREADS, '--fault', 'slow-lock=20'];
  const { code, result } = await gateJson([...args, '--retries', '1']);
  assert.equal(code, 5);
  const found = result.checks.filter(({ verdict }) => verdict === 'regressed');
  assert.ok(found.length > 0);
  for (const { evidence, attempts } of found) {
    assert.equal(evidence, 'statistical');
    assert.equal(attempts, 2);
  }
});

test('on another machine the clock is refused, and what repeats is held', async () => {
  const elsewhere = rewritten('elsewhere.json', threadsBase, ({ clock }) => ({
    clock: clock && { ...clock, machine: { ...clock.machine, node: '18.0.0', cpus: 64 } },
  }));
  const { code, result } = await gateJson(['--baseline', elsewhere, ...THREADS]);
  assert.equal(code, 0);
  assert.ok(result.checks.every(({ evidence }) => evidence === 'deterministic'));
  assert.equal(result.refused.length, 1);
  const [{ evidence, differences }] = result.refused as [GateResult['refused'][number]];
  assert.equal(evidence, 'statistical');
  assert.equal(differences.length, 2);
  assert.match(differences.join(), /the number of CPUs is 64 in the baseline/);
  assert.match(differences.join(), /Node is 18\.0\.0 in the baseline/);
});

test('of another plan, host or backend nothing is held: an error, never a pass', async () => {
  assert.match(
    await refused(['--baseline', simBase, ...SIM, '--vms', '21', '--seed', '2']),
    /nothing of it can be held: --vms is 20 in the baseline, 21 here; --seed is 1 .* 2 here$/m,
  );
  assert.match(
    await refused(['--baseline', simBase, ...SIM, '--host', 'laptop-8']),
    /--host is xeon-8255c in the baseline, laptop-8 here/,
  );
  assert.match(
    await refused(['--baseline', simBase, ...THREADS]),
    /--backend is sim in the baseline, threads here/,
  );
  const { code, result } = await gateJson([
    ...['--baseline', simBase, ...SIM, '--vms', '21'],
    ...['--fail-if', 'audit.damage > 0'],
  ]);
  assert.equal(code, 0, 'a threshold is left to be held');
  assert.deepEqual(
    result.checks.map(({ evidence }) => evidence),
    ['absolute'],
  );
  assert.equal(result.refused.length, 1);
});

test('files that are no baseline are named', async () => {
  const text = readFileSync(simBase, 'utf8');
  for (const [name, content, why] of [
    ['empty.json', '', /is empty/],
    ['cut.json', text.slice(0, 1000), /is not JSON/],
    ['other.json', '{}', /is no baseline/],
    ['edited.json', text.replace('"vms": 20', '"vms": 21'), /was changed after it was saved/],
    ['newer.json', text.replace('"schemaVersion": 1', '"schemaVersion": 2'), /schemaVersion 2/],
  ] as const) {
    writeFileSync(at(name), content);
    const line = await refused(['--baseline', at(name), ...SIM]);
    assert.match(line, why);
    assert.ok(line.includes(at(name)));
  }
  assert.match(await refused(['--baseline', at('none.json'), ...SIM]), /ENOENT/);
});

test('saved results are held by what repeats of them', async () => {
  const saved = at('result.json');
  const run = await irqbench(['fork', ...SIM, '--output', saved]);
  assert.equal(run.code, 0, run.stderr);
  const { code, result } = await gateJson([saved, '--baseline', simBase]);
  assert.equal(code, 0);
  assert.equal(result.runs[0]?.file, saved);
  const other = at('other-run.json');
  await irqbench(['fork', ...SIM, '--seed', '2', '--output', other]);
  assert.match(
    await refused([other, '--baseline', simBase]),
    /--seed is 1 in the baseline, 2 here/,
  );
  assert.match(
    await refused([saved, '--baseline', simBase, '--vms', '3']),
    /^.*--vms: nothing is run/,
  );
});

test('a baseline can be made of a saved result, without the clock', async () => {
  const saved = at('tiny.json');
  assert.equal((await irqbench([...TINY, '--output', saved])).code, 0);
  const base = at('from-result.json');
  const { code, stdout } = await irqbench(['gate', saved, '--save-baseline', base]);
  assert.equal(code, 0);
  assert.match(stdout, /on threads; deterministic \d+ figures$/m);
  assert.equal((JSON.parse(readFileSync(base, 'utf8')) as Baseline).clock, null);
  assert.equal((await irqbench(['gate', saved, '--baseline', base])).code, 0);
});

test('what contradicts itself is refused before anything runs', async () => {
  assert.match(await refused([...SIM]), /nothing to hold the run against; give --baseline FILE/);
  assert.match(
    await refused(['--baseline', simBase, '--save-baseline', at('x.json')]),
    /give one of them/,
  );
  assert.match(
    await refused(['--save-baseline', join(folder, 'no', 'x.json'), ...SIM]),
    /--save-baseline .*the folder .* does not exist/,
  );
  assert.match(await refused(['--baseline', simBase, '--sessions', '5']), /from 6 to 100/);
  assert.match(await refused(['--baseline', simBase, '--backend', 'kvm']), /threads, sim/);
});

test('a threshold that is crossed, and one that cannot be told', async () => {
  const args = ['gate', '--baseline', simBase, ...SIM];
  const crossed = await irqbench([...args, '--fail-if', 'register.max >= base']);
  assert.equal(crossed.code, 5);
  assert.match(crossed.stdout, /crossed/);
  const untold = await irqbench([...args, '--fail-if', 'entryLock.waitMean > 1s']);
  assert.equal(untold.code, 2);
  assert.match(untold.stderr, /entryLock\.waitMean is not known/);
  assert.match(
    await refused(['--baseline', simBase, ...SIM, '--fail-if', 'register.p99 > base']),
    /register\.p99 cannot be known: p99 needs 500 samples, a run has 90 at the most/,
  );
});

test('a run that fails has its own exit code, and saves no baseline', async () => {
  const base = at('never.json');
  const fault = ['--fault', 'throw-vm@round=1'];
  const saving = await irqbench(['gate', '--save-baseline', base, ...THREADS, ...fault]);
  assert.equal(saving.code, 3);
  assert.throws(() => readFileSync(base));
  const { code, result } = await gateJson(['--baseline', threadsBase, ...THREADS, ...fault]);
  assert.equal(code, 3);
  assert.equal(result.passed, false);
  assert.match(result.failure ?? '', /died/);
});

test('the workload for continuous integration holds itself, twice the same', async () => {
  const first = await irqbench(['gate', '--workload', 'ci', '--format', 'json']);
  const second = await irqbench(['gate', '--workload', 'ci', '--format', 'json']);
  assert.equal(first.code, 0, first.stdout + first.stderr);
  assert.equal(first.stdout, second.stdout);
});

test('a workload says what it runs on, for every command; a flag overrides it', async () => {
  const file = at('mine.yaml');
  const small = 'vms: 10\nburst: 2\nrounds: 1\nhold: 1ms\n';
  writeFileSync(file, `${small}backend: sim\nhost: laptop-8\nbaseline: mine.json\n`);
  const fork = await irqbench(['fork', '--workload', file]);
  assert.equal(fork.code, 0, fork.stderr);
  assert.match(fork.stdout, /laptop-8/);
  const saved = await irqbench(['gate', '--workload', file, '--save-baseline', at('mine.json')]);
  assert.match(saved.stdout, /on sim/);
  assert.equal((await irqbench(['gate', '--workload', file])).code, 0);
  assert.match(
    await refused(['--workload', file, '--backend', 'threads']),
    /--backend is sim in the baseline, threads here/,
  );
  writeFileSync(file, `${small}backend: kvm\n`);
  assert.match(
    await refused(['--workload', file]),
    /mine\.yaml:5:10 backend: "kvm" is not threads or sim/,
  );
});

test('--print-plan says what a gate has instead of the defaults', async () => {
  const { code, stdout } = await irqbench(['gate', '--print-plan']);
  assert.equal(code, 0);
  assert.match(stdout, /^vms +10 +gate$/m);
  assert.match(stdout, /^hold +1ms +gate$/m);
  const sim = await irqbench(['gate', '--print-plan', '--backend', 'sim']);
  assert.match(sim.stdout, /^hold +400ms +default$/m);
});
