import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KvmVm } from '../../../src/backends/kvm/kvm-vm.js';
import { IRQFD_FLAG_DEASSIGN, KVM_CREATE_VM, KVM_IRQFD } from '../../../src/system/kvm-abi.js';
import { FakeKernel } from '../../support/kvm.js';

/** A VM's calls, against a kernel that counts what is open. */

const IRQFDS = 4;

function live(vm: KvmVm): void {
  vm.create();
  vm.createIrqchip();
  for (let irqfd = 0; irqfd < IRQFDS; irqfd++) {
    vm.openEventfd(irqfd);
    vm.assign(irqfd);
  }
  for (let irqfd = 0; irqfd < IRQFDS; irqfd++) {
    vm.deassign(irqfd);
    vm.closeEventfd(irqfd);
  }
  vm.destroy();
}

test('a life opens and closes the same, and can be lived again', () => {
  const kernel = new FakeKernel();
  const vm = new KvmVm(kernel, 3, IRQFDS);
  live(vm);
  assert.equal(kernel.open.size, 0);
  live(vm);
  assert.equal(kernel.open.size, 0);
  vm.close();
  const requests = kernel.calls.filter(({ request }) => request === KVM_CREATE_VM);
  assert.equal(requests.length, 2);
});

test('an irqfd is named by its eventfd and its line, and taken away by the same', () => {
  const kernel = new FakeKernel();
  live(new KvmVm(kernel, 3, IRQFDS));
  const irqfds = kernel.calls.filter(({ request }) => request === KVM_IRQFD);
  assert.equal(irqfds.length, 2 * IRQFDS);
  const assigned = irqfds
    .slice(0, IRQFDS)
    .map(({ argument: [fd, gsi, flags] }) => [fd, gsi, flags]);
  const taken = irqfds.slice(IRQFDS).map(({ argument: [fd, gsi, flags] }) => [fd, gsi, flags]);
  assert.deepEqual(
    assigned.map(([, gsi]) => gsi),
    [32, 33, 34, 35],
  );
  assert.equal(new Set(assigned.map(([fd]) => fd)).size, IRQFDS);
  assert.deepEqual(
    taken,
    assigned.map(([fd, gsi]) => [fd, gsi, IRQFD_FLAG_DEASSIGN]),
  );
});

test('whatever call is refused, closing leaves nothing open, and the call is named', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 * IRQFDS + 2 }), (failAt) => {
      const kernel = new FakeKernel(failAt);
      const vm = new KvmVm(kernel, 3, IRQFDS);
      assert.throws(() => live(vm), /^Error: (KVM_\w+|eventfd) was refused: EMFILE; .*--processes/);
      vm.close();
      assert.equal(kernel.open.size, 0);
      vm.close();
    }),
    { numRuns: 100 },
  );
});

test('a rehearsal opens nothing', () => {
  const kernel = new FakeKernel(2);
  new KvmVm(kernel, 3, IRQFDS).rehearse(5);
  assert.equal(kernel.open.size, 0);
  assert.equal(kernel.calls.length, 5);
});
