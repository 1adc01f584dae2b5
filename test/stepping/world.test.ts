import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { LockAlgorithm } from '../../src/locks/lock.js';
import { ANSWERS, METHOD_ANSWERS } from '../../src/stepping/answers.js';
import type { Observer } from '../../src/stepping/operation.js';
import { ALGORITHM_FILES, SET_UP_FILES } from '../../src/stepping/table.js';
import { World } from '../../src/stepping/world.js';

/** The shipped algorithm code, loaded as a driver loads it. */

const observer: Observer = {
  read: () => {},
  write: () => {},
  writePrivate: () => {},
  call: () => {},
  returned: () => {},
  state: () => {},
};
const isShared = (_value: unknown): _value is Int32Array => false;

for (const [variant, told] of [
  ['fast', null],
  ['observed', observer],
] as const) {
  test(`every file of algorithm code can be stepped (${variant})`, async () => {
    const world = new World({ observer: told, isShared });
    for (const path of Object.keys(ALGORITHM_FILES)) await world.load(path);
    assert.equal(world.keepsState, false, 'objects of algorithm code hold no state');
  });
}

test('every function of an answered module has an answer, with as many parameters', async () => {
  for (const [module, answers] of Object.entries(ANSWERS)) {
    const native = (await import(`../../src/${module}.js`)) as Record<string, unknown>;
    const functions = Object.entries(native).filter(([, value]) => typeof value === 'function');
    assert.deepEqual(
      functions.map(([name, value]) => [name, (value as () => void).length]).sort(),
      Object.entries(answers)
        .map(([name, { takes }]) => [name, takes.length])
        .sort(),
      `src/stepping/answers.ts on ${module}`,
    );
  }
});

test('every method that is answered is there', () => {
  for (const [module, answers] of Object.entries(METHOD_ANSWERS)) {
    const file = fileURLToPath(new URL(`../../src/${module}.js`, import.meta.url));
    const text = readFileSync(file, 'utf8');
    for (const name of Object.keys(answers)) assert.match(text, new RegExp(`^ +${name}\\(`, 'm'));
  }
});

test('the registry of a world makes stepped locks; a module without algorithm code is the native one', async () => {
  const world = new World({ observer: null, isShared });
  const { LOCKS } = (await world.load('locks/lock')) as unknown as {
    LOCKS: Record<string, LockAlgorithm>;
  };
  const { LOCKS: native } = await import('../../src/locks/lock.js');
  assert.deepEqual(Object.keys(LOCKS), Object.keys(native));
  const { Layout } = await world.load('sync/layout');
  assert.equal(Layout, (await import('../../src/sync/layout.js')).Layout);
  assert.ok('sync/layout' in SET_UP_FILES);
});

test('a place leads to the line of TypeScript, with its text', async () => {
  const world = new World({ observer: null, isShared });
  await world.load('locks/tas');
  const places = Array.from({ length: 50 }, (_, i) => world.sites.find(i)).filter(
    (place) => place?.file === 'src/locks/tas.ts',
  );
  const source = readFileSync(
    fileURLToPath(new URL('../../../src/locks/tas.ts', import.meta.url)),
    'utf8',
  ).split('\n');
  assert.ok(places.length >= 2);
  for (const place of places) {
    assert.equal(source[(place?.line ?? 0) - 1]?.trim(), place?.text);
    assert.match(place?.text ?? '', /Atomics|nowNs|spin|this\./);
  }
});

test('which counters code looks at is read from its text', async () => {
  const plain = new World({ observer, isShared });
  await plain.load('locks/linux-mutex');
  assert.deepEqual(plain.countersRead, new Set());
  const own = new World({ observer, isShared });
  await own.load('locks/user-lock');
  assert.deepEqual(own.countersRead, new Set(['waitBegunNs']));
});

test('a driver may make of a module what it likes', async () => {
  const world = new World({
    observer: null,
    isShared,
    adaptations: {
      'irqbypass/connect': (exports, register) => ({ ...exports, Connector: register }),
    },
  });
  assert.equal((await world.load('irqbypass/connect')).Connector, world.register);
});

test('a module is read as it was edited, by everybody who imports it', async () => {
  const edit = (path: string, text: string) =>
    path === 'locks/lock'
      ? text.replaceAll("'mcs-park'", "'mcs-edited'")
      : text.replace('EBUSY = 16', 'EBUSY = 17');
  const world = new World({ observer: null, isShared, edit });
  assert.equal((await world.load('irqbypass/errno')).EBUSY, 17);
  const { LOCKS } = await world.load('locks/lock');
  assert.ok('mcs-edited' in (LOCKS as object));
});
