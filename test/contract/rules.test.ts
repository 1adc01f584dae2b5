import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAlgorithmCode } from './rules.js';

/** The rules themselves: what they let pass, and a small breach of each. */

/** The rules that a source breaks, in order. */
function brokenBy(source: string): string[] {
  return checkAlgorithmCode(source, {
    setUp: ['setUp'],
    isAlgorithm: (path) => path === './algorithm.js',
    objectNames: new Set(['lock', 'meeting', 'stop']),
  }).map(({ rule }) => rule);
}

/** A class whose method has this body. */
const inMethod = (body: string) => `
import { helper } from './algorithm.js';
import { made } from './set-up.js';
export class A {
  words;
  constructor(words) { this.words = words; }
  other() {}
  method(a, stop) { ${body} }
}
function setUp() { return [() => 1]; }
function local(x) { return x + 1; }
`;

/** A class whose constructor has this body. */
const inConstructor = (body: string) => `
import { helper } from './algorithm.js';
import { made } from './set-up.js';
export class A {
  words;
  constructor(words, at) { ${body} }
  method() {}
}
function setUp(x) { return x; }
`;

test('what algorithm code is made of passes', () => {
  for (const body of [
    'this.words[a] = this.words[a + 1] + 1;',
    'Atomics.store(this.words, a, Math.imul(a, 3));',
    'while (Atomics.load(this.words, a) !== 0 && !stop.isSet()) this.other();',
    'this.lock.acquire(a); this.meeting.stop.set();',
    'const { words } = this; for (let i = 0; i < 3; i++) words[i] = local(helper(i));',
    "switch (a) { case 1: return Atomics.wait(this.words, 0, 0) === 'ok'; default: return false; }",
    'return a === 0 ? -this.other() : 2 ** a;',
  ]) {
    assert.deepEqual(brokenBy(inMethod(body)), [], body);
  }
  for (const body of [
    'this.words = words; this.at = at + 1;',
    'this.lock = new Lock(words.buffer, [1, 2], { at });',
    'this.at = setUp(at) + made(at);',
  ]) {
    assert.deepEqual(brokenBy(inConstructor(body)), [], body);
  }
  assert.deepEqual(brokenBy('export const TABLE = { a: 1, b: [2] }; const ONE = 1;'), []);
});

const BREACHES: [rule: string, body: string][] = [
  ['unknown call', 'console.log(a);'],
  ['unknown call', 'a.push(1);'],
  ['unknown call', 'a();'],
  ['unknown call', 'setUp();'],
  ['unknown call', 'made();'],
  ['unknown call', 'this.absent();'],
  ['unknown call', 'this.words.fill(0);'],
  ['unknown call', 'this.plan.apply();'],
  ['unknown call', 'a.lock.acquire();'],
  ['unknown call', 'this.locks[a].acquire();'],
  ['unknown call', 'this[a]();'],
  ['unknown call', 'Atomics[a](this.words, 0);'],
  ['unknown call', 'performance.now();'],
  ['unknown call', 'Date.now();'],
  ['unknown call', 'local(1)(2);'],
  ['unknown call', 'this.lock?.acquire();'],
  ['unknown call', 'local`text`;'],
  ['unknown call', "import('node:fs');"],
  ['unknown call', 'this.words[local](1);'],
  ['callback', 'a = local;'],
  ['callback', 'helper(local);'],
  ['callback', 'helper(this.other);'],
  ['spread', 'local(...a);'],
  ['spread', 'const { words, ...rest } = this;'],
  ['async', 'await a;'],
  ['exception', 'throw a;'],
  ['exception', 'try { local(1); } finally { local(2); }'],
  ['closure', 'const f = () => 1;'],
  ['closure', 'const f = function () {};'],
  ['closure', 'function f() {}'],
  ['closure', 'class B {}'],
  ['iterator', 'for (const x of a) local(x);'],
  ['iterator', 'for (const x in a) local(x);'],
  ['iterator', 'const [x, y] = a;'],
  ['new outside a constructor', 'return new A(a);'],
  ['allocation', 'return { a };'],
  ['allocation', 'return [a];'],
  ['allocation', 'const text = `$' + '{a}`;'],
  ['getter or setter', 'return { get a() { return 1; } };'],
];

for (const [rule, body] of BREACHES) {
  test(`${rule}: ${body}`, () => {
    const source =
      rule === 'async' ? inMethod(body).replace('method(', 'async method(') : inMethod(body);
    assert.ok(brokenBy(source).includes(rule), `found: ${brokenBy(source)}`);
  });
}

const CONSTRUCTORS: [rule: string, body: string][] = [
  ['shared memory in a constructor', 'words[at] = 0;'],
  ['shared memory in a constructor', 'this.first = words[at];'],
  ['algorithm code in a constructor', 'Atomics.store(words, at, 0);'],
  ['algorithm code in a constructor', 'helper(at);'],
  ['algorithm code in a constructor', 'this.method();'],
  ['algorithm code in a constructor', 'this.lock.acquire(0);'],
  ['unknown call', 'words.fill(0);'],
  ['closure', 'this.f = () => words;'],
];

for (const [rule, body] of CONSTRUCTORS) {
  test(`${rule}: constructor { ${body} }`, () => {
    assert.ok(brokenBy(inConstructor(body)).includes(rule));
  });
}

const WHOLE: [rule: string, source: string][] = [
  ['getter or setter', 'class A { get size() { return 1; } }'],
  ['getter or setter', 'class A { set size(x) { this.x = x; } }'],
  ['async', 'async function f() {}'],
  ['generator', 'function* f() {}'],
  ['generator', 'class A { *f() { yield 1; } }'],
  ['foreign import', "import { readFileSync } from 'node:fs';"],
  ['closure', 'const f = () => 1;'],
  ['closure', 'class A { f = () => 1; }'],
  ['unknown call', 'const f = Object.freeze;  f.call(null);'],
  ['spread', 'function f(...all) { return all; }'],
];

for (const [rule, source] of WHOLE) {
  test(`${rule}: ${source}`, () => {
    assert.ok(brokenBy(source).includes(rule), `found: ${brokenBy(source)}`);
  });
}

test('a breach is told by its line', () => {
  const source = 'function f(a) {\n  return a;\n}\nfunction g(a) {\n  throw a;\n}\n';
  const roles = { setUp: [], isAlgorithm: () => false, objectNames: new Set<string>() };
  assert.deepEqual(checkAlgorithmCode(source, roles), [{ line: 5, rule: 'exception' }]);
});
