import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { allowedCpus, type Cpu, pinOrder } from '../../src/measure/cpus.js';
import fc from '../support/properties.js';

/** CPUs as Linux numbers them on two sockets: first threads of all cores, then the second ones. */
function machine(packages: number, cores: number, threads: number): Cpu[] {
  const cpus: Cpu[] = [];
  for (let thread = 0; thread < threads; thread++) {
    for (let socket = 0; socket < packages; socket++) {
      for (let core = 0; core < cores; core++)
        cpus.push({ cpu: cpus.length, package: socket, core });
    }
  }
  return cpus;
}

test('two sockets, two cores, two threads', () => {
  const cpus = machine(2, 2, 2);
  // A core's threads together, then its neighbour, then the other socket.
  assert.deepEqual(pinOrder(cpus, 'compact'), [0, 4, 1, 5, 2, 6, 3, 7]);
  // The other socket each time; second threads only when every core has one.
  assert.deepEqual(pinOrder(cpus, 'spread'), [0, 2, 1, 3, 4, 6, 5, 7]);
});

test('one socket without threads is taken in order', () => {
  for (const policy of ['compact', 'spread'] as const) {
    assert.deepEqual(pinOrder(machine(1, 4, 1), policy), [0, 1, 2, 3]);
  }
});

test('threads that are neighbours by number', () => {
  const cpus = [0, 1, 2, 3].map((cpu) => ({ cpu, package: 0, core: cpu >> 1 }));
  assert.deepEqual(pinOrder(cpus, 'compact'), [0, 1, 2, 3]);
  assert.deepEqual(pinOrder(cpus, 'spread'), [0, 2, 1, 3]);
});

test('cores with one thread beside cores with two', () => {
  const cpus = [
    { cpu: 0, package: 0, core: 0 },
    { cpu: 1, package: 0, core: 0 },
    { cpu: 2, package: 0, core: 8 },
    { cpu: 3, package: 0, core: 9 },
  ];
  assert.deepEqual(pinOrder(cpus, 'compact'), [0, 1, 2, 3]);
  assert.deepEqual(pinOrder(cpus, 'spread'), [0, 2, 3, 1]);
});

test('sockets of different sizes, and cores of the same number on both', () => {
  const cpus = [
    { cpu: 7, package: 1, core: 0 },
    { cpu: 2, package: 0, core: 0 },
    { cpu: 3, package: 0, core: 1 },
    { cpu: 5, package: 0, core: 2 },
  ];
  assert.deepEqual(pinOrder(cpus, 'compact'), [2, 3, 5, 7]);
  assert.deepEqual(pinOrder(cpus, 'spread'), [2, 7, 3, 5]);
});

test('every allowed CPU is there once, whatever the machine, and whatever their order was', () => {
  const shuffled = fc
    .tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 2 }),
    )
    .chain(([packages, cores, threads]) => {
      const cpus = machine(packages, cores, threads);
      return fc.shuffledSubarray(cpus, { minLength: 1 });
    });
  fc.assert(
    fc.property(shuffled, fc.constantFrom('spread', 'compact'), (cpus, policy) => {
      const order = pinOrder(cpus, policy);
      const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
      assert.deepEqual(sorted(order), sorted(cpus.map(({ cpu }) => cpu)));
      const tidy = cpus.toSorted((a, b) => a.cpu - b.cpu);
      assert.deepEqual(pinOrder(tidy, policy), order);
    }),
  );
});

test('spreading gives no core a second thread while another has none', () => {
  const cpus = machine(3, 4, 2);
  const order = pinOrder(cpus, 'spread');
  const cores = new Set(order.slice(0, 12).map((cpu) => cpu % 12));
  assert.equal(cores.size, 12);
  const sockets = order.slice(0, 3).map((cpu) => cpus[cpu]?.package);
  assert.deepEqual(sockets, [0, 1, 2]);
});

test('this machine has CPUs for this process', () => {
  const cpus = allowedCpus();
  assert.ok(cpus.length >= 1);
  assert.ok(availableParallelism() <= cpus.length);
  assert.equal(new Set(cpus.map(({ cpu }) => cpu)).size, cpus.length);
  for (const { cpu, package: socket, core } of cpus) {
    for (const number of [cpu, socket, core]) assert.ok(Number.isInteger(number));
  }
});
