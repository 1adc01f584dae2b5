import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEnvironment, readSteal } from '../../src/measure/environment.js';
import { environmentSchema } from '../../src/model/run-result.js';

test('this machine can be described', () => {
  const environment = environmentSchema.parse(describeEnvironment());
  assert.equal(environment.node, process.versions.node);
  assert.equal(environment.platform, process.platform);
  assert.ok(environment.cpuQuota === null || environment.cpuQuota > 0);
  assert.notEqual(environment.cpuModel, '');
});

test('time goes on, and a hypervisor takes no more than all of it', () => {
  const before = readSteal();
  if (process.platform !== 'linux') {
    assert.equal(before, undefined);
    return;
  }
  const after = readSteal();
  assert.ok(before && after);
  assert.ok(after.totalTicks >= before.totalTicks);
  assert.ok(before.totalTicks > 0);
  assert.ok(before.stolenTicks >= 0 && before.stolenTicks <= before.totalTicks);
});
