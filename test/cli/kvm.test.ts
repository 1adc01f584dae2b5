import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { CompareResult } from '../../src/model/compare-result.js';
import type { RealResult } from '../../src/model/real-result.js';
import { childrenOf, hasVm, isAlive, NO_KVM } from '../support/kvm.js';
import { until } from '../support/watchdog.js';
import { irqbench, linesOf, scratchFolder } from './irqbench.js';

/** `irqbench fork --backend kvm` as its users run it, where there is KVM and where there is none. */

const skip = NO_KVM;
const folder = scratchFolder();
const KVM = ['fork', '--backend', 'kvm'];
const SMALL = [...KVM, '--vms', '4', '--burst', '2', '--rounds', '2', '--hold', '1ms'];
/** Until somebody ends it. */
const LONG = [...KVM, '--vms', '4', '--burst', '2', '--hold', '60m', '--processes', '2'];
/** Within the deadline of a command, on a machine that is busy with other tests. */
const END_MS = 45_000;

test('the report says which manager, how many processes, and what a call costs', {
  skip,
}, async () => {
  const { code, stdout, stderr } = await irqbench([...SMALL, '--processes', '2']);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  assert.match(stdout, /^irqbench fork · the manager of Linux \S+ · backend kvm\n/);
  assert.match(stdout, /4 background VMs \+ 2 burst VMs x 15 irqfds, in 2 processes, /);
  assert.match(stdout, /^register +60 /m);
  assert.match(
    stdout,
    /^kvm +processes 2, foreign call \d.*ns, irqbypass (in use|not in use|unknown)/m,
  );
  assert.match(stdout, /^audit +clean$/m);
  assert.doesNotMatch(stdout, /^(lock contention|work)/m);
});

test('its JSON follows the published schema, and every report and compare takes it', {
  skip,
}, async () => {
  const saved = join(folder, 'kvm.json');
  const { code, stderr } = await irqbench([...SMALL, '--output', saved]);
  assert.equal(code, 0, stderr);
  const result = JSON.parse(readFileSync(saved, 'utf8')) as RealResult;
  const path = new URL('../../schema/result-v1.schema.json', import.meta.url);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(path, 'utf8')));
  assert.ok(validate(result), JSON.stringify(validate.errors));
  assert.deepEqual([result.plan?.processes, result.lock, result.work], [1, null, null]);
  for (const format of ['text', 'json', 'csv', 'hgrm', 'funclatency', 'markdown']) {
    const report = await irqbench(['report', saved, '--format', format]);
    assert.equal(report.code, 0, `${format}: ${report.stderr}`);
  }
  const strategy = ['linux-6.17', '--vms', '4', '--burst', '2', '--rounds', '2', '--hold', '1ms'];
  const compared = await irqbench(['compare', saved, ...strategy, '--format', 'json']);
  assert.equal(compared.code, 0, compared.stderr);
  const { warnings } = JSON.parse(compared.stdout) as CompareResult;
  assert.ok(warnings.some(({ code: name }) => name === 'whole-ioctl'));
});

test('Ctrl-C ends it in order: exit code 130, nothing left', { skip }, async () => {
  let children: number[] = [];
  const { code, stdout, stderr } = await irqbench(LONG, {
    onStdout: (child) => {
      if (children.length > 0 || child.pid === undefined) return;
      const { pid } = child;
      void untilStarted(pid, 2).then((found) => {
        children = found;
        setTimeout(() => child.kill('SIGINT'), 500);
      });
    },
  });
  assert.equal(code, 130, stderr);
  assert.match(stdout, /^PARTIAL: interrupted/m);
  assert.equal(children.length, 2);
  assert.deepEqual(children.filter(isAlive), []);
});

test('killed, it leaves nothing that outlives it', { skip }, async () => {
  let children: number[] = [];
  const { code } = await irqbench(LONG, {
    onStdout: (child) => {
      if (children.length > 0 || child.pid === undefined) return;
      const { pid } = child;
      void untilStarted(pid, 2).then((found) => {
        children = found;
        child.kill('SIGKILL');
      });
    },
  });
  assert.equal(code, null);
  assert.equal(children.length, 2);
  await until(
    () => !children.some(isAlive),
    () => `alive: ${children.filter(isAlive)}`,
    END_MS,
  );
});

/** Waits for a process's children to have opened their VMs. @returns their ids */
async function untilStarted(pid: number, processes: number): Promise<number[]> {
  let children: number[] = [];
  await until(
    () => {
      children = childrenOf(pid).filter(hasVm);
      return children.length === processes;
    },
    () => `${children.length} of ${processes} processes have VMs`,
    END_MS,
  );
  return children;
}

/** What cannot be is said in one line, with what to do, whether there is KVM here or not. */
const without = join(folder, 'without-koffi.cjs');
writeFileSync(
  without,
  `const Module = require('node:module');
   const resolve = Module._resolveFilename;
   Module._resolveFilename = (name, ...rest) => {
     if (name === 'koffi') throw new Error('Cannot find module koffi');
     return resolve(name, ...rest);
   };`,
);
const isLinux = process.platform === 'linux';
const REFUSED: [string[], number, RegExp][] = [
  [['--kvm-device', '/nonexistent'], 6, isLinux ? /there is no \/nonexistent: / : /Linux/],
  [['--lock', 'mcs'], 2, /--lock: not with --backend kvm: the kernel has a manager of its own/],
  [['--producers-per-vm', '3'], 2, /--producers-per-vm: not with --backend kvm/],
  [['--workload', 'vfio-assign'], 2, /workload vfio-assign:\d+ producers-per-vm: not with/],
  [['--processes', '0'], 2, /--processes.*Give a whole number from 1/],
  [['--processes', '21'], 2, /--processes: 21 of 20 burst VMs/],
];
for (const [args, exitCode, message] of REFUSED) {
  test(`fork --backend kvm ${args.join(' ')}: one line and exit code ${exitCode}`, async () => {
    const { code, stdout, stderr } = await irqbench([...KVM, ...args]);
    assert.deepEqual([code, stdout, linesOf(stderr).length], [exitCode, '', 1], stderr);
    assert.match(stderr, message);
  });
}

test('without koffi: exit code 6, with what to install', { skip }, async () => {
  const env = { NODE_OPTIONS: `--require ${without}` };
  const { code, stdout, stderr } = await irqbench(SMALL, { env });
  assert.deepEqual([code, stdout, linesOf(stderr).length], [6, '', 1], stderr);
  assert.match(stderr, /--backend kvm needs the package koffi: npm install koffi/);
  const doctor = await irqbench(['doctor'], { env });
  assert.equal(doctor.code, 0, doctor.stderr);
  assert.match(doctor.stdout, /^missing +koffi .*\n.*npm install koffi/m);
});

test('more open files than are allowed: exit code 6 before anything starts', { skip }, async () => {
  const { code, stdout, stderr } = await irqbench([...KVM, '--vms', '10M']);
  assert.deepEqual([code, stdout, linesOf(stderr).length], [6, '', 1], stderr);
  assert.match(stderr, /need [\d,]+ open files/);
});

test('options of the real kernel are refused without it', async () => {
  for (const args of [
    ['--processes', '2'],
    ['--kvm-device', '/dev/kvm'],
  ]) {
    const { code, stderr } = await irqbench(['fork', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, /give --backend kvm as well/);
  }
});

test('--print-plan runs nothing, and says the processes', async () => {
  const args = [...KVM, '--processes', '2', '--print-plan', '--format', 'json'];
  const { code, stdout } = await irqbench(args);
  assert.equal(code, 0);
  assert.equal((JSON.parse(stdout) as { plan: { processes: number } }).plan.processes, 2);
});
