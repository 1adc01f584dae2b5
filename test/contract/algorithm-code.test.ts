import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  ALGORITHM_FILES,
  CLOCK,
  OBJECT_NAMES,
  ROOMS,
  SET_UP_FILES,
} from '../../src/stepping/table.js';
import { checkAlgorithmCode } from './rules.js';

const COMPILED = fileURLToPath(new URL('../../src/', import.meta.url));

/** Checks a compiled file; violations as `path:line rule`. */
function violationsOf(path: string): string[] {
  const source = readFileSync(join(COMPILED, `${path}.js`), 'utf8');
  return checkAlgorithmCode(source, {
    setUp: ALGORITHM_FILES[path] ?? [],
    isAlgorithm: (from, name) => {
      const target = normalize(join(dirname(path), from)).replace(/\.js$/, '');
      const setUp = ALGORITHM_FILES[target];
      return target === CLOCK || (setUp !== undefined && !setUp.includes(name));
    },
    objectNames: OBJECT_NAMES,
  }).map(({ line, rule }) => `dist/src/${path}.js:${line} ${rule}`);
}

for (const path of Object.keys(ALGORITHM_FILES)) {
  test(`src/${path}.ts keeps the contract of algorithm code`, () => {
    assert.deepEqual(violationsOf(path), []);
  });
}

test('every file of the rooms is on one of the lists, and no other is', () => {
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(COMPILED, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .map((file) => `${room}/${file.slice(0, -3)}`),
  );
  const listed = [...Object.keys(ALGORITHM_FILES), ...Object.keys(SET_UP_FILES), CLOCK];
  assert.equal(new Set(listed).size, listed.length, 'a file is of one kind');
  assert.deepEqual(
    files.filter((file) => !listed.includes(file)),
    [],
    'not listed in src/stepping/table.ts',
  );
  assert.deepEqual(
    listed.filter((file) => !existsSync(join(COMPILED, `${file}.js`))),
    [],
    'listed, but not there',
  );
});

test('every function that is listed as set-up is there', () => {
  for (const [path, names] of Object.entries(ALGORITHM_FILES)) {
    const source = readFileSync(join(COMPILED, `${path}.js`), 'utf8');
    for (const name of names) {
      assert.match(source, new RegExp(`function ${name}\\(`), `${name} in ${path}`);
    }
  }
});

test('set-up and audit files would not pass: the lists are not interchangeable', () => {
  for (const path of ['vm/populate', 'irqbypass/census', 'locks/lock']) {
    assert.notDeepEqual(violationsOf(path), []);
  }
});
