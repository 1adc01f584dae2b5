import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cacheSizes } from '../../../src/backends/calibrate/caches.js';
import { middle, playPingPong } from '../../../src/backends/calibrate/ping-pong.js';
import { scratchFolder } from '../../cli/irqbench.js';

const folder = scratchFolder();

for (const how of ['spin', 'sleep'] as const) {
  test(`two threads hand a word to and fro: ${how}`, async () => {
    const { oneWayNs, wakeNs } = await playPingPong(how, null, 3, 20);
    assert.ok(oneWayNs > 0);
    assert.equal(wakeNs > 0, how === 'sleep');
  });
}

test('caches are read as Linux tells of them, but for those of instructions', () => {
  for (const [at, level, type, size] of [
    [0, '1', 'Data', '48K'],
    [1, '1', 'Instruction', '32K'],
    [2, '2', 'Unified', '2M'],
  ] as const) {
    const index = join(folder, `index${at}`);
    mkdirSync(index);
    writeFileSync(join(index, 'level'), `${level}\n`);
    writeFileSync(join(index, 'type'), `${type}\n`);
    writeFileSync(join(index, 'size'), `${size}\n`);
  }
  assert.deepEqual(cacheSizes(`${folder}/`), { l1: 48 * 1024, l2: 2 * 1024 ** 2, l3: null });
  assert.deepEqual(cacheSizes('/nowhere/'), { l1: null, l2: null, l3: null });
});

test('the middle one is by size', () => {
  assert.equal(middle([9, 1, 5]), 5);
});
