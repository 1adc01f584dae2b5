import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as abi from '../../src/system/kvm-abi.js';
import { EFD_CLOEXEC } from '../../src/system/libc.js';
import { buildReferences } from '../bench/native.js';

/** KVM's interface, as the headers of this system have it. */

test('requests are encoded as the kernel encodes them', () => {
  assert.equal(abi.KVM_IRQFD, 0x4020_ae76);
  assert.equal(abi.KVM_CREATE_DEVICE, 0xc00c_aee0);
  assert.equal(abi.KVM_SET_DEVICE_ATTR, 0x4018_aee1);
  assert.equal(abi.KVM_CREATE_VM, 0xae01);
});

const references = process.platform === 'linux' ? await buildReferences(['kvm-abi']) : 'no Linux';

test('every constant is that of the headers', {
  skip: typeof references === 'string' && references,
}, async () => {
  if (typeof references === 'string') return;
  const { fields, ...theirs } = (await references.run('kvm-abi')) as unknown as Record<
    string,
    number
  > & { fields: number[] };
  const own: Record<string, unknown> = { ...abi, EFD_CLOEXEC, PR_SET_PDEATHSIG: 1 };
  for (const [name, value] of Object.entries(theirs)) assert.equal(own[name], value, name);
  assert.ok(Object.keys(theirs).length > 15);
  // fd, gsi, flags; type, fd; group, attr.
  assert.deepEqual(fields, [0, 1, 2, 0, 1, 1, 2]);
});
