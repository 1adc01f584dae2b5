import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildReferences } from '../../bench/native.js';
import { NO_KVM } from '../../support/kvm.js';

/** The same loop in C: that it runs here, and prints what the bench reads. No figure is judged. */

const references = NO_KVM === false ? await buildReferences(['kvm']) : NO_KVM;

test('the native reference lives the same lives', {
  skip: typeof references === 'string' && references,
}, async () => {
  if (typeof references === 'string') return;
  const figures = await references.run('kvm', '/dev/kvm', 4, 3, 5, 2, 2);
  assert.equal(figures.count, 3 * 5 * 2);
  for (const name of ['assign', 'deassign', 'create', 'irqchip', 'destroy', 'foreignCall']) {
    assert.ok((figures[`${name}Ns`] ?? 0) > 0, name);
  }
});
