import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BypassFacts, bypassUse, readBypassFacts } from '../../src/system/bypass.js';

/** Whether irqfds reach the bypass manager, from what kernels of several ages say. */

const FACTS: BypassFacts = {
  arch: 'x64',
  hasManager: true,
  vendor: 'kvm_intel',
  parameter: () => undefined,
  iommuPosts: null,
};

function useOf(changes: Partial<BypassFacts>, parameters: Record<string, string> = {}) {
  return bypassUse({ ...FACTS, parameter: (name) => parameters[name], ...changes });
}

const CASES: [string, Partial<BypassFacts>, Record<string, string>, boolean | null][] = [
  ['no manager', { hasManager: false }, {}, false],
  ['arm64', { arch: 'arm64', vendor: null }, {}, true],
  ['another vendor', { vendor: null }, {}, null],
  ['6.16 on, yes', {}, { enable_device_posted_irqs: 'Y' }, true],
  ['6.16 on, no', {}, { enable_device_posted_irqs: 'N', enable_apicv: 'Y' }, false],
  ['before, no APICv', {}, { enable_apicv: 'N' }, false],
  ['before, no AVIC', { vendor: 'kvm_amd' }, { avic: '0' }, false],
  ['before, APICv without an IOMMU that says', {}, { enable_apicv: 'Y' }, null],
  ['before, an IOMMU that cannot', { iommuPosts: false }, { enable_apicv: 'Y' }, false],
  ['before, all of it', { iommuPosts: true }, { enable_apicv: 'Y' }, true],
  ['symbols unread', { hasManager: null, iommuPosts: true }, { enable_apicv: '1' }, true],
];
for (const [name, changes, parameters, isInUse] of CASES) {
  test(`${name}: ${isInUse === null ? 'unknown' : isInUse ? 'in use' : 'not in use'}`, () => {
    const use = useOf(changes, parameters);
    assert.equal(use.isInUse, isInUse);
    assert.match(use.because, /\S/);
    assert.equal(use.remedy === null, isInUse === true);
  });
}

test('this machine can be asked', () => {
  const use = bypassUse(readBypassFacts(null));
  assert.ok([true, false, null].includes(use.isInUse));
});
