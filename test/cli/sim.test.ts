import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { CompareResult } from '../../src/model/compare-result.js';
import type { RunResult } from '../../src/model/run-result.js';
import { loadHost } from '../../src/plan/host-file.js';
import { irqbench, linesOf, scratchFolder, TINY } from './irqbench.js';

const SIM = [...TINY, '--backend', 'sim'];
const folder = scratchFolder();

async function succeeds(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await irqbench(args);
  assert.equal(code, 0, stderr);
  return stdout;
}

function schemaOf(name: string): object {
  return JSON.parse(
    readFileSync(new URL(`../../schema/${name}-v1.schema.json`, import.meta.url), 'utf8'),
  );
}

test('the same fork twice is the same to the byte, and the published schema accepts it', async () => {
  const files = [join(folder, 'a.json'), join(folder, 'b.json')] as const;
  for (const file of files) await succeeds([...SIM, '--output', file]);
  const [first, second] = files.map((file) => readFileSync(file, 'utf8'));
  assert.equal(first, second);
  const result = JSON.parse(first as string) as RunResult;
  assert.equal(result.backend, 'sim');
  assert.deepEqual(result.environment, loadHost('xeon-8255c'));
  assert.equal(result.plan.nodes, 2);
  const validate = new Ajv2020({ strict: false }).compile(schemaOf('result'));
  assert.ok(validate(result), JSON.stringify(validate.errors));
});

test('every format says that it is simulated', async () => {
  const text = linesOf(await succeeds(SIM));
  assert.match(text[0] ?? '', / · backend sim$/);
  assert.match(text[1] ?? '', /^simulated host xeon-8255c: Intel Xeon Platinum 8255C .* 96 CPUs/);
  const markdown = await succeeds([...SIM, '--format', 'markdown']);
  assert.match(markdown, /backend sim/);
  assert.match(markdown, /simulated host xeon-8255c/);
  const [head = '', row = ''] = (await succeeds([...SIM, '--format', 'csv'])).split('\r\n');
  assert.equal(row.split(',')[head.split(',').indexOf('backend')], 'sim');
});

test('a host of the user’s own is taken from its file', async () => {
  const file = join(folder, 'mine.yaml');
  const packaged = readFileSync(
    new URL('../../../workloads/hosts/laptop-8.yaml', import.meta.url),
    'utf8',
  );
  writeFileSync(file, packaged.replace('name: laptop-8', 'name: mine'));
  const text = await succeeds([...SIM, '--host', file]);
  assert.match(text, /^simulated host mine: .* 8 CPUs/m);
});

test('a comparison simulates each strategy on a host of its own', async () => {
  const args = ['compare', 'linux-6.2', 'linux-6.17', ...SIM.slice(1), '--vms', '60'];
  const stdout = await succeeds([...args, '--rounds', '12', '--format', 'json']);
  assert.equal(stdout, await succeeds([...args, '--rounds', '12', '--format', 'json']));
  const result = JSON.parse(stdout) as CompareResult;
  const validate = new Ajv2020({ strict: false }).compile(schemaOf('compare'));
  assert.ok(validate(result), JSON.stringify(validate.errors));
  assert.deepEqual(result.order, []);
  assert.deepEqual(
    result.runs.map(({ result: { backend, seed } }) => [backend, seed]),
    [
      ['sim', 1],
      ['sim', 1],
    ],
  );
  const [p50] = result.comparisons;
  assert.equal(p50?.verdict, 'faster');
  const alone = JSON.parse(
    await succeeds([...SIM, '--vms', '60', '--rounds', '12', '--format', 'json']),
  ) as RunResult;
  assert.deepEqual(result.runs[0]?.result.latency, alone.latency);
  const text = await succeeds(args);
  assert.match(text, /^irqbench compare · linux-6\.2 \(reference\), linux-6\.17 · backend sim$/m);
  assert.match(text, /^simulated host xeon-8255c/m);
});

test('a saved simulation is reported and compared like any other', async () => {
  const file = join(folder, 'saved.json');
  await succeeds([...SIM, '--output', file]);
  assert.match(await succeeds(['report', file]), /^simulated host xeon-8255c/m);
  const compared = await irqbench(['compare', file, 'linux-6.17', ...TINY.slice(1)]);
  assert.equal(compared.code, 0, compared.stderr);
  assert.match(compared.stdout, /backend sim/);
});

test('hosts are listed', async () => {
  const lines = linesOf(await succeeds(['list', 'hosts']));
  assert.match(lines.join('\n'), /^xeon-8255c +two sockets, 96 CPUs, /m);
});

test('what does not go together is refused', async () => {
  for (const [args, expected] of [
    [[...TINY, '--host', 'laptop-8'], /--host: nothing is simulated; give --backend sim as well$/],
    [[...SIM, '--host', 'laptop'], /--host: "laptop" is no packaged host \(did you mean laptop-8/],
    [[...SIM, '--fault', 'kill-vm'], /--fault kill-vm: no thread dies in a simulation; give slow/],
    [[...SIM, '--background', 'threads'], /--background threads: simulated background VMs are/],
    [[...SIM, '--pin', '0-96'], /--pin: the host has no CPU 96; give some of 0-95$/],
    [[...TINY, '--backend', 'cloud'], /Allowed choices are threads, sim/],
  ] as const) {
    const { code, stdout, stderr } = await irqbench(args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr.trimEnd(), expected);
  }
});

test('a lock that cannot be stepped is refused with the line', async () => {
  const file = join(folder, 'throws.mjs');
  writeFileSync(
    file,
    `export const name = 'throws';
export const words = 1;
export function createLock({ memory, at }) {
  return {
    acquire() {
      try {
        while (Atomics.exchange(memory, at, 1) !== 0);
      } finally {
      }
    },
    release() {
      Atomics.store(memory, at, 0);
    },
  };
}
`,
  );
  const { code, stderr } = await irqbench([...SIM, '--lock', file]);
  assert.equal(code, 2);
  assert.match(stderr, /throws\.mjs: cannot be stepped: line 6: exceptions cannot be followed/);
});

test('the first interrupt ends a simulation with what it has', async () => {
  let isInterrupted = false;
  const { code, stdout, stderr } = await irqbench([...SIM, '--rounds', '100k'], {
    onStdout: (child) => {
      if (!isInterrupted) child.kill('SIGINT');
      isInterrupted = true;
    },
  });
  assert.equal(code, 130, stderr);
  assert.match(stdout, /PARTIAL: interrupted/);
  assert.match(stdout, /^audit +clean$/m);
});

test('--print-plan says what the host decides', async () => {
  const text = await succeeds([...SIM, '--host', 'e7-8895v3', '--print-plan']);
  assert.match(text, /^nodes +4 +host e7-8895v3$/m);
  const given = await succeeds([...SIM, '--nodes', '1', '--print-plan']);
  assert.match(given, /^nodes +1 +flag --nodes$/m);
});

test('an interrupted comparison keeps what its strategies have measured', async () => {
  let isInterrupted = false;
  const args = ['compare', 'linux-6.2', 'linux-6.17', ...SIM.slice(1), '--rounds', '100k'];
  const { code, stdout, stderr } = await irqbench(args, {
    onStdout: (child) => {
      if (!isInterrupted) child.kill('SIGINT');
      isInterrupted = true;
    },
  });
  assert.equal(code, 130, stderr);
  assert.match(stdout, /PARTIAL/);
});

test('more memory than there is is refused, with the figure', async () => {
  const { code, stdout, stderr } = await irqbench([...SIM, '--vms', '30M']);
  assert.equal(code, 6, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /^irqbench: error: 30,000,000 background VMs .* need .*: lower --vms/);
});
