import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowNs } from '../../src/sync/clock.js';
import { Cpus, reserveCpus } from '../../src/sync/cpu.js';
import { Layout, LINE_WORDS } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import {
  pauseFor,
  spinBriefly,
  spinInLine,
  spinInQueue,
  spinUntilExchanged,
  spinWhile,
  spinWhileBoth,
} from '../../src/sync/spin.js';
import { SetLater } from '../support/set-later.js';

/** Each wait: at once where there is nothing to wait for, and until it is over where there is. */

const WAITS: readonly [
  name: string,
  wait: (words: Int32Array) => number,
  /** What ends it. */
  change: { readonly at: number; readonly value: number },
][] = [
  ['spinWhile', (words) => spinWhile(words, 16, 1), { at: 16, value: 0 }],
  ['spinWhileBoth, the first', (words) => spinWhileBoth(words, 16, 1, 32, 1), { at: 16, value: 0 }],
  ['spinWhileBoth, the other', (words) => spinWhileBoth(words, 16, 1, 32, 1), { at: 32, value: 0 }],
  ['spinUntilExchanged', (words) => spinUntilExchanged(words, 16, 1, 0), { at: 16, value: 0 }],
  ['spinInQueue', (words) => spinInQueue(words, 0, 1, 1), { at: 16, value: 0 }],
];

for (const [name, wait, { at, value }] of WAITS) {
  test(`${name} waits until the word changes, and naps meanwhile`, async () => {
    const { words } = allocateMemory(64 * 4);
    words.fill(1);
    const later = new SetLater(words, at, value);
    const naps = wait(words);
    assert.ok(naps > 0, 'milliseconds without a nap');
    await later.ended();
    words[at] = value;
    assert.equal(wait(words), 0, 'nothing to wait for');
  });
}

test('an exchange that was waited for has stored', () => {
  const { words } = allocateMemory(64);
  assert.equal(spinUntilExchanged(words, 3, 7, 0), 0);
  assert.equal(words[3], 7);
});

test('a queue that leads round and round is no endless count', async () => {
  const { words } = allocateMemory(64 * 4);
  // 1 is behind 2, 2 behind 3, and 3, which had its turn and came again, behind 2.
  words[LINE_WORDS] = 2;
  words[2 * LINE_WORDS] = 3;
  words[3 * LINE_WORDS] = 2;
  const later = new SetLater(words, LINE_WORDS, 0);
  assert.ok(spinInQueue(words, 0, 1, 2) > 0);
  await later.ended();
});

test('short spins end without a change', () => {
  const { words } = allocateMemory(64);
  assert.equal(spinBriefly(words, 1, 0, 10), false);
  assert.equal(spinBriefly(words, 1, 5, 10), true);
  assert.equal(spinInLine(words, 1, 0, 3), 1, 'a single nap');
  assert.equal(spinInLine(words, 1, 5, 3), 0);
});

test('a pause grows with its looks', () => {
  const time = (looks: number) => {
    const begunNs = nowNs();
    pauseFor(looks);
    return nowNs() - begunNs;
  };
  for (let i = 0; i < 100; i++) time(1000);
  const least = (looks: number) => Math.min(...Array.from({ length: 50 }, () => time(looks)));
  assert.ok(least(10_000) > 5 * least(100));
});

test('an owner is spun on while it is the owner and runs', () => {
  const layout = new Layout();
  const at = layout.reserve(1);
  const cpusAt = reserveCpus(layout, 2);
  const memory = allocateMemory(layout.totalBytes);
  const cpus = new Cpus(memory, cpusAt, 2, 1);
  const [flags, owner] = [3, 2 << 2];
  memory.words[at] = owner | 1;
  assert.equal(cpus.spinOnOwner(at, ~flags, owner, 1), false, 'for a while only');
  memory.words[at] = 3;
  assert.equal(cpus.spinOnOwner(at, ~flags, owner, 1), true, 'it has changed');
  memory.words[at] = owner;
  cpus.block(1);
  assert.equal(cpus.isRunning(1), false);
  assert.equal(cpus.spinOnOwner(at, ~flags, owner, 1), false, 'it sleeps');
  cpus.unblock(1);
  assert.equal(cpus.isRunning(1), true);
});

test('threads are spread over the nodes in equal runs, and those beyond are on the last', () => {
  const cpus = new Cpus(allocateMemory(64), 0, 4, 2);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((thread) => cpus.node(thread)),
    [0, 0, 1, 1, 1, 1],
  );
});
