import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { DoctorResult } from '../../src/model/doctor-result.js';
import { irqbench, linesOf } from './irqbench.js';

/** `irqbench doctor` as its users run it. */

test('a line for everything, exit code 0 whatever is missing', async () => {
  for (const args of [[], ['--kvm-device', '/nonexistent']]) {
    const { code, stdout, stderr } = await irqbench(['doctor', ...args]);
    assert.deepEqual([code, stderr], [0, '']);
    for (const line of linesOf(stdout)) assert.match(line, /^(ok|note|missing) +\S|^ +→ \S/);
    for (const name of [
      'CPUs',
      'timer',
      'kernel',
      'KVM',
      'irqbypass',
      'open files',
      'koffi',
      'tracing',
    ]) {
      assert.match(stdout, new RegExp(`^\\w+ +${name} `, 'm'));
    }
  }
});

test('as JSON, with a remedy for whatever is not ok', async () => {
  const { code, stdout } = await irqbench([
    'doctor',
    '--format',
    'json',
    '--kvm-device',
    '/dev/null',
  ]);
  assert.equal(code, 0);
  const { checks, ...rest } = JSON.parse(stdout) as DoctorResult;
  const schema = await irqbench(['schema', 'doctor']);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(schema.stdout));
  assert.ok(validate({ ...rest, checks }), JSON.stringify(validate.errors));
  assert.ok(!validate({ ...rest, checks: [{ name: 'KVM' }] }));
  for (const { name, status, remedy } of checks) {
    assert.equal(remedy === null, status === 'ok', name);
  }
  assert.notEqual(checks.find(({ name }) => name === 'KVM')?.status, 'ok');
});

test('colours are for those who want them', async () => {
  const colored = await irqbench(['doctor'], { env: { FORCE_COLOR: '1' } });
  assert.ok(colored.stdout.includes('\u001b['));
  const plain = await irqbench(['doctor', '--no-color'], { env: { FORCE_COLOR: '1' } });
  assert.ok(!plain.stdout.includes('\u001b['));
});

test('irqbench doctor --format xml: one line and exit code 2', async () => {
  const { code, stdout, stderr } = await irqbench(['doctor', '--format', 'xml']);
  assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1]);
});
