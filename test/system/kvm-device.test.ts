import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { troubleOfArchitecture, troubleOpening, versionOf } from '../../src/system/kvm-device.js';
import { loadLibc } from '../../src/system/libc.js';
import { NO_KVM } from '../support/kvm.js';

const isLinux = process.platform === 'linux';

for (const [device, problem] of [
  ['/nonexistent', /there is no \/nonexistent/],
  ['/nonexistent/kvm', /there is no/],
  ['/', /no device|cannot be opened/],
  ['/proc/self/status', /no device/],
] as const) {
  test(`${device} cannot be the device, and what to do is said`, { skip: !isLinux }, () => {
    const trouble = troubleOpening(device);
    assert.match(trouble?.problem ?? '', problem);
    assert.match(trouble?.remedy ?? '', /\S/);
  });
}

test('a device that is not KVM’s is found out by asking', { skip: NO_KVM }, () => {
  const fd = openSync('/dev/null', 'r+');
  const { apiVersion, trouble } = versionOf(loadLibc('the test', 'skip it'), fd);
  closeSync(fd);
  assert.equal(apiVersion, -1);
  assert.match(trouble?.problem ?? '', /does not answer/);
});

test('the device of this machine answers', { skip: NO_KVM }, () => {
  const fd = openSync('/dev/kvm', 'r+');
  assert.deepEqual(versionOf(loadLibc('the test', 'skip it'), fd), {
    apiVersion: 12,
    trouble: null,
  });
  closeSync(fd);
});

test('machines whose constants are not known are refused', () => {
  assert.equal(troubleOfArchitecture('x64'), null);
  assert.equal(troubleOfArchitecture('arm64'), null);
  assert.match(troubleOfArchitecture('s390x')?.problem ?? '', /s390x/);
});
