import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '../../src/model/run-result.js';
import { irqbench, linesOf, TINY } from './irqbench.js';

/** How runs end that do not end well: what was measured is printed, and the code says why. */

test('an interrupt ends a hold at once, with what was measured', async () => {
  const args = ['fork', '--vms', '10', '--burst', '2', '--hold', '30s', '--warmup-rounds', '0'];
  const begunMs = Date.now();
  const { code, stdout, stderr } = await irqbench(args, {
    onStdout: (child, text) => {
      // The header is out: the run has begun. Give it time to register everything and hold.
      if (text.includes('irqbench fork')) setTimeout(() => child.kill('SIGINT'), 3000);
    },
  });
  assert.equal(code, 130, stderr);
  assert.ok(Date.now() - begunMs < 25_000, 'it waited for the hold to end');
  assert.match(stdout, /PARTIAL: interrupted/);
  assert.match(stdout, /^register +30 /m);
  assert.match(stdout, /^deregister +30 /m);
  assert.match(stdout, /audit +clean/);
  assert.equal(stderr, 'irqbench: error: interrupted: the result is partial\n');
});

test('an interrupt ends a hold and all that waits for others in the kernel around the lock', async () => {
  const args = ['fork', '--vms', '10', '--burst', '2', '--hold', '30s', '--warmup-rounds', '0'];
  const phases = ['--phases', 'kernel', '--irq-grace', '1m', '--destroy-grace', '1m'];
  const begunMs = Date.now();
  const { code, stdout, stderr } = await irqbench([...args, ...phases], {
    onStdout: (child, text) => {
      if (text.includes('irqbench fork')) setTimeout(() => child.kill('SIGINT'), 8000);
    },
  });
  assert.equal(code, 130, stderr);
  assert.ok(Date.now() - begunMs < 25_000, 'it waited for the hold or a grace period to end');
  assert.match(stdout, /^register +30 /m);
  assert.match(stdout, /^deregister +30 /m);
  assert.match(stdout, /^destroy +2 /m);
  assert.match(stdout, /audit +clean/);
  assert.equal(stderr, 'irqbench: error: interrupted: the result is partial\n');
});

test('an interrupt ends VMs that are busy with something long, too', async () => {
  const args = [...TINY, '--create-cost', '10m', '--warmup-rounds', '0'];
  const { code, stdout, stderr } = await irqbench(args, {
    onStdout: (child, text) => {
      if (text.includes('irqbench fork')) setTimeout(() => child.kill('SIGINT'), 3000);
    },
  });
  assert.equal(code, 130, stderr);
  assert.match(stdout, /PARTIAL: interrupted/);
});

test('--debug prints the stack of what a VM died of', async () => {
  const { code, stderr } = await irqbench([...TINY, '--fault', 'throw-vm', '--debug']);
  assert.equal(code, 3);
  assert.match(stderr, /^Error: fault throw-vm\n {4}at .*DoomedLock/m);
});

const DEATHS: [string, RegExp][] = [
  ['kill-vm@round=2', /burst VM 0 died: its thread was killed/],
  ['kill-vm@round=2,vm=1,holding=no', /burst VM 1 died: its thread was killed/],
  ['throw-vm@round=1', /burst VM 0 died: fault throw-vm/],
  ['oom-vm@round=2,holding=no', /burst VM 0 died: .*heap out of memory/],
];
const PHASES = ['bare', 'kernel'];
for (const [fault, message, phases] of DEATHS.flatMap(([fault, message]) =>
  PHASES.map((phases): [string, RegExp, string] => [fault, message, phases]),
)) {
  test(`${fault}, phases ${phases}: exit code 3, the partial result, never a hang`, async () => {
    const flags = ['--phases', phases, '--hold', '5ms', '--fault', fault];
    const args = [...TINY, ...flags, '--format', 'json'];
    const { code, stdout, stderr } = await irqbench(args);
    assert.equal(code, 3, stderr);
    const result = JSON.parse(stdout) as RunResult;
    assert.equal(result.partial, true);
    assert.match(result.failure ?? '', message);
    assert.deepEqual(result.deterministic, []);
    assert.equal(linesOf(stderr).length, 1);
    assert.match(stderr, message);
  });
}

const REFUSED: [string[], number, RegExp][] = [
  [['--vms', '0', '--burst', '0'], 2, /^--burst: "0" is too small/],
  [['--vms', '-5'], 2, /^--vms: "-5" is negative/],
  [['--vms', '15.5'], 2, /^--vms: "15.5" is not a whole number/],
  [['--hold', 'banana'], 2, /^--hold: "banana" is not a duration; give .*400ms/],
  [['--strategy', 'linux-6.1'], 2, /^--strategy: .*did you mean linux-6\.2\?/],
  [['--workload', 'smoek'], 2, /^--workload: .*did you mean smoke\?/],
  [['--workload', '/'], 2, /^--workload \/: is a directory/],
  [['--percentiles', '50,x'], 2, /^--percentiles: "50,x" is no list/],
  [['--fault', 'kill-vm@round=99'], 2, /^--fault: round 99 of a run of 10 rounds/],
  [['--vms', '100M', '--irqfds', '16'], 6, /100,000,000 background VMs.* need .* GB/],
  [['--phases', 'srcu,graze'], 2, /^--phases: .*"graze" \(did you mean grace\?\); give bare, /],
  [['--irq-grace', '1ms'], 2, /^--irq-grace: there is no such grace period; give --phases kernel/],
  [['--pin', '8191'], 6, /^--pin/],
];
for (const [args, exitCode, message] of REFUSED) {
  test(`fork ${args.join(' ')}: one line, exit code ${exitCode}`, async () => {
    const { code, stdout, stderr } = await irqbench(['fork', ...args]);
    assert.equal(code, exitCode);
    const lines = linesOf(stderr);
    assert.equal(lines.length, 1, stderr);
    assert.match((lines[0] as string).replace(/^irqbench: error: /, ''), message);
    assert.equal(stdout, '');
  });
}

test('--debug adds the stack', async () => {
  const { stderr } = await irqbench(['fork', '--vms', 'x', '--debug']);
  assert.match(stderr, /^ {4}at /m);
});

test('a reader that leaves early is no error', async () => {
  const command = fileURLToPath(new URL('../../../bin/irqbench.js', import.meta.url));
  const child = spawn(process.execPath, [command, ...TINY], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close');
  assert.deepEqual([code, stderr], [0, '']);
});
