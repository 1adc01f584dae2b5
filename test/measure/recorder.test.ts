import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recorder, reserveRecorders, samplesOf } from '../../src/measure/recorder.js';
import { Layout, LINE_BYTES } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';

const VMS = 3;
const IRQFDS = 4;
const ROUNDS = 7;

function slabs() {
  const layout = new Layout();
  const recorders = reserveRecorders(layout, VMS, IRQFDS, ROUNDS);
  const end = layout.reserveDoubles(8);
  const memory = allocateMemory(layout.totalBytes);
  const vm = (i: number) => new Recorder(memory, recorders, i);
  const samples = (i: number) =>
    (['register', 'deregister', 'vmReady'] as const).map((kind) => [
      ...samplesOf(memory, recorders, i, kind),
    ]);
  return { recorders, memory, end, vm, samples };
}

test('every VM has room for its whole run, and none writes into another’s', () => {
  const { vm, samples, memory, end } = slabs();
  const expected: number[][][] = [];
  for (let i = 0; i < VMS; i++) {
    const recorder = vm(i);
    const all: [number[], number[], number[]] = [[], [], []];
    for (let n = 0; n < ROUNDS * IRQFDS; n++) {
      recorder.register(1000 * i + n);
      recorder.deregister(2000 * i + n);
      all[0].push(1000 * i + n);
      all[1].push(2000 * i + n);
    }
    for (let n = 0; n < ROUNDS; n++) {
      recorder.vmReady(3000 * i + n);
      all[2].push(3000 * i + n);
    }
    expected.push(all);
  }
  for (let i = 0; i < VMS; i++) assert.deepEqual(samples(i), expected[i]);
  assert.equal(memory.doubles[end], 0);
});

test('slabs share no cache line', () => {
  const { recorders } = slabs();
  assert.equal((recorders.at * 8) % LINE_BYTES, 0);
  assert.equal((recorders.cellsPerVm * 8) % LINE_BYTES, 0);
});

test('a reset forgets one VM’s samples', () => {
  const { vm, samples } = slabs();
  const [first, second] = [vm(0), vm(1)];
  for (const recorder of [first, second]) {
    recorder.register(1);
    recorder.deregister(2);
    recorder.vmReady(3);
  }
  first.reset();
  assert.deepEqual(samples(0), [[], [], []]);
  assert.deepEqual(samples(1), [[1], [2], [3]]);
  first.register(9);
  assert.deepEqual(samples(0), [[9], [], []]);
});
