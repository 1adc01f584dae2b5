import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { IrqbenchError } from '../../src/errors.js';
import { loadLock } from '../../src/locks/load.js';
import { LOCKS } from '../../src/locks/lock.js';
import { COUNTER, Counters, reserveCounters } from '../../src/sync/counters.js';
import { reserveCpus } from '../../src/sync/cpu.js';
import { Layout } from '../../src/sync/layout.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { SetLater } from '../support/set-later.js';
import { siteOf } from '../support/sites.js';
import { checkCrowd, checkOneWait, checkUncontended } from './lock-contract.js';

const TEMPLATE = fileURLToPath(new URL('../../../workloads/templates/lock.mjs', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'user-lock-'));
after(() => rmSync(folder, { recursive: true }));
let written = 0;

/** Writes a module and returns its path. */
function moduleOf(source: string): string {
  const path = join(folder, `${++written}.mjs`);
  writeFileSync(path, source);
  return path;
}

test('a name finds the registered lock', async () => {
  assert.equal(await loadLock('mcs'), LOCKS.mcs);
  await assert.rejects(loadLock('toString'), /^IrqbenchError: --lock toString: is no lock; give /);
});

test('the template is a lock that keeps the contract', async () => {
  const template = await loadLock(TEMPLATE);
  assert.deepEqual(
    [template.name, template.order, template.waiting],
    ['my-ticket', 'fifo', 'spins'],
  );
  const registry = {
    url: new URL('../support/template-lock.js', import.meta.url),
    exported: 'TEMPLATE',
  };
  checkUncontended(template, registry);
  await checkOneWait(template, registry);
  await checkCrowd(template, 3, 3000, { registry });
  await checkCrowd(template, 20, 100, { registry });
});

const GOOD = {
  name: "export const name = 'mine';",
  words: 'export const words = (threads) => threads * 2;',
  createLock: 'export const createLock = () => ({ acquire() {}, release() {} });',
};

test('order and waiting are optional, words may be a function', async () => {
  const lock = await loadLock(moduleOf(Object.values(GOOD).join('\n')));
  assert.deepEqual([lock.name, lock.order, lock.waiting], ['mine', 'passing', 'spins']);
  assert.equal(lock.words(20), 40);
});

const returning = (value: string) => `export const createLock = () => (${value});`;

for (const [what, parts, message] of [
  ['no createLock', { createLock: '' }, /exports no createLock/],
  ['no function', { createLock: 'export const createLock = 3;' }, /its createLock is no function/],
  ['no name', { name: '' }, /exports no name/],
  ['a name that is none', { name: 'export const name = 7;' }, /its name is no text/],
  ['no words', { words: '' }, /exports no words/],
  [
    'no memory',
    { words: 'export const words = 0;' },
    /its words \(0\) are no whole number from 1 to/,
  ],
  ['half a word', { words: 'export const words = 1.5;' }, /its words \(1\.5\)/],
  ['a flood', { words: 'export const words = () => 1e9;' }, /its words \(1000000000\)/],
  [
    'words that throw',
    { words: "export const words = () => { throw new Error('no idea'); };" },
    /its words throws \(no idea\)/,
  ],
  [
    'a strange order',
    { name: `${GOOD.name} export const order = 'lifo';` },
    /its order is none of fifo/,
  ],
  [
    'no lock',
    { createLock: returning('undefined') },
    /createLock returns undefined, not an object/,
  ],
  ['null', { createLock: returning('null') }, /createLock returns null, not an object/],
  [
    'half a lock',
    { createLock: returning('{ acquire() {} }') },
    /an object without release\(self\)/,
  ],
  [
    'the other half',
    { createLock: returning('{ release() {} }') },
    /an object without acquire\(self\)/,
  ],
  [
    'a createLock that throws',
    { createLock: "export const createLock = () => { throw new Error('not today'); };" },
    /its createLock throws \(not today\)/,
  ],
  ['a module that throws', { name: "throw new Error('broken');" }, /cannot be imported \(broken\)/],
] as const) {
  test(`${what} is refused in one line with the path and the remedy`, async () => {
    const path = moduleOf(Object.values({ ...GOOD, ...parts }).join('\n'));
    await assert.rejects(loadLock(path), (thrown: unknown) => {
      assert.ok(thrown instanceof IrqbenchError);
      assert.equal(thrown.exitCode, 2);
      assert.ok(thrown.message.startsWith(`--lock ${path}: `), thrown.message);
      assert.match(thrown.message, message);
      assert.match(thrown.message, /; irqbench init .*template/);
      assert.equal(thrown.message.split('\n').length, 1);
      return true;
    });
  });
}

test('waits are counted once an acquisition, and those of a release not at all', async () => {
  // Waits for word 1, twice if need be, before an acquisition and in a release.
  const path = moduleOf(`
    ${GOOD.name}
    export const words = 3;
    export function createLock({ memory, at, threads, sync }) {
      const wait = (value) => sync.spinWhile(memory, at + 1, value);
      return {
        acquire(self) { memory[at + 2] = threads * 10 + sync.node(self); wait(1); wait(2); },
        release() { wait(3); },
      };
    }
  `);
  const algorithm = await loadLock(path);
  const layout = new Layout();
  const at = layout.reserve(algorithm.words(2));
  const countersAt = reserveCounters(layout, 2);
  const cpusAt = reserveCpus(layout, 2);
  const memory = allocateMemory(layout.totalBytes);
  const counters = new Counters(memory, countersAt, 1);
  const lock = algorithm.create(siteOf(memory, at, 2, counters, cpusAt, 2));
  lock.acquire(1);
  lock.release(1);
  assert.equal(memory.words[at + 2], 21);
  assert.equal(counters.read(COUNTER.contended), 0, 'it did not have to wait');

  memory.words[at + 1] = 1;
  let later = new SetLater(memory.words, at + 1, 2, 0);
  lock.acquire(1);
  assert.equal(counters.read(COUNTER.contended), 1);
  assert.ok(counters.read(COUNTER.waitTotalNs) > 0);
  assert.equal(counters.read(COUNTER.waitMaxNs), counters.read(COUNTER.waitTotalNs));
  const parks = counters.read(COUNTER.parks);
  await later.ended();

  memory.words[at + 1] = 3;
  later = new SetLater(memory.words, at + 1, 0);
  lock.release(1);
  await later.ended();
  lock.acquire(1);
  assert.equal(counters.read(COUNTER.contended), 1);
  assert.equal(counters.read(COUNTER.parks), parks);
});
