import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Observer, Stepped } from '../../src/stepping/operation.js';
import { OP } from '../../src/stepping/operation.js';
import { World } from '../../src/stepping/world.js';
import { scratchFolder } from '../cli/irqbench.js';

/** Rewritten code does what it did: a driver that carries each operation out at once shows it. */

const folder = scratchFolder();
const words = new Int32Array(new SharedArrayBuffer(64));
const isShared = (value: unknown): value is Int32Array => value === words;

function silentObserver(told: string[] = []): Observer {
  return {
    read: (_site, _array, at, value) => told.push(`read ${at} ${value}`),
    write: (_site, _array, at, value) => told.push(`write ${at} ${value}`),
    writePrivate: () => told.push('private'),
    call: () => {},
    returned: () => {},
    state: () => {},
  };
}

let files = 0;

/** Loads `body` as the function `f(memory, a)` of a module, stepped. */
async function load(source: string, observer: Observer | null) {
  const file = join(folder, `module-${files++}.mjs`);
  writeFileSync(file, source);
  const world = new World({ observer, isShared });
  const exports = await world.loadUser(file, []);
  return { world, f: exports.f as (memory: Int32Array, a: number) => Stepped };
}

/** Runs a stepped function to its end, and writes down its operations. */
function run(world: World, code: Stepped, operations: number[] = []): unknown {
  let given: unknown;
  for (;;) {
    const { done, value } = code.next(given);
    if (done) return value;
    const { kind, array, at, a, b } = world.register;
    operations.push(kind);
    if (kind === OP.load) given = Atomics.load(array, at);
    else if (kind === OP.store) given = Atomics.store(array, at, a);
    else if (kind === OP.add) given = Atomics.add(array, at, a);
    else if (kind === OP.exchange) given = Atomics.exchange(array, at, a);
    else if (kind === OP.compareExchange) given = Atomics.compareExchange(array, at, a, b);
    else assert.fail(`operation ${kind}`);
  }
}

const BODIES = [
  'memory[1] = a; memory[1] += 2; return memory[1] * 10 + a;',
  'memory[2] = 5; const x = memory[2]++; const y = ++memory[2]; return x * 100 + y;',
  'memory[2] = 5; const x = memory[2]--; return x * 100 + --memory[2];',
  'memory[memory[0] + 1] = 7; return memory[1];',
  'memory[3] = memory[4] = a + 1; return memory[3] + memory[4];',
  'memory[1] += Atomics.add(memory, 1, 3); return memory[1];',
  'let sum = 0; for (let i = 0; i < 4; i++) sum += Atomics.add(memory, i, i); return sum + memory[3];',
  'let n = a; while (n > 0) n -= Atomics.exchange(memory, 0, 2) + 1; return n;',
  'let n = 0; do { n++; } while (Atomics.add(memory, 0, 1) < 3); return n;',
  'for (let i = 0; ; i++) if (Atomics.add(memory, 0, 1) === 5) return i;',
  'return helper(helper(a) + helper(Atomics.load(memory, 0)));',
  'const g = (x) => helper(x) + 1; return g(a) + g(2);',
  'const g = x => { memory[0] = x; return Atomics.load(memory, 0); }; return g(a) * 2;',
  'const o = { m(x) { return helper(x) + a; }, n: function (x) { return this.m(x); } }; return o.n(3);',
  'const o = new Point(3); return o.plus(a) + o["plus"](1) + Point.twice(a);',
  'switch (helper(a)) { case 8: Atomics.store(memory, 0, 1); return memory[0]; default: return 0; }',
  'if (Atomics.load(memory, 0) === 0) memory[0] = 4; else return 1; return memory[0];',
  'const { x, y = helper(a) } = { x: 1 }; return x + y;',
  'let t = 0; for (const v of [1, 2, 3]) t += helper(v); return t;',
  'return [helper(1), a ? helper(2) : helper(3), helper(4) && helper(5)].join();',
  'const x = a\n let y = x\n helper(y)\n memory[0] = y\n ;(function () { memory[0] += 1 })()\n return memory[0]',
  'return Math.max(helper(a), Number(memory[0]));',
];

const MODULE = (body: string) => `
function helper(x) { return x * 2 }
class Point {
  constructor(x) { this.x = x }
  plus(y) { return this.x + helper(y) }
  static twice(y) { return helper(y) }
}
export function f(memory, a) { ${body} }
`;

for (const body of BODIES) {
  test(`stepped as natively: ${body.replaceAll('\n', ' ')}`, async () => {
    const native = new Function(`${MODULE(body).replace('export ', '')}; return f;`)();
    words.fill(0);
    const expected = native(words, 4);
    const after = [...words];
    for (const observer of [null, silentObserver()]) {
      const { world, f } = await load(MODULE(body), observer);
      words.fill(0);
      assert.deepEqual(run(world, f(words, 4)), expected);
      assert.deepEqual([...words], after);
    }
  });
}

test('plain accesses of the shared memory are told with what they read and wrote', async () => {
  const told: string[] = [];
  const { world, f } = await load(
    'export function f(memory, a) { const own = [0]; own[0] = 1; memory[2] = a; memory[2] += own[0]; return memory[2]; }',
    silentObserver(told),
  );
  words.fill(0);
  assert.equal(run(world, f(words, 4)), 5);
  assert.deepEqual(told, ['private', 'write 2 4', 'read 2 4', 'write 2 5', 'read 2 5']);
});

test('an operation is handed over with its operands and its place', async () => {
  const { world, f } = await load(
    'export function f(memory, a) {\n  return Atomics.compareExchange(memory, a, 1, 2);\n}',
    null,
  );
  f(words, 3).next();
  const { kind, array, at, a, b, site } = world.register;
  assert.deepEqual([kind, array, at, a, b], [OP.compareExchange, words, 3, 1, 2]);
  assert.equal(world.sites.find(site)?.line, 2);
  assert.equal(world.sites.find(site)?.text, 'return Atomics.compareExchange(memory, a, 1, 2);');
});

test('a wait without a time-out and a notify without a count are infinite', async () => {
  const { world, f } = await load(
    'export function f(memory) { Atomics.wait(memory, 0, 0); Atomics.notify(memory, 1); Atomics.wait(memory, 0, 0, 5); }',
    null,
  );
  const code = f(words, 0);
  code.next();
  assert.equal(world.register.b, Number.POSITIVE_INFINITY);
  code.next('not-equal');
  assert.equal(world.register.a, Number.POSITIVE_INFINITY);
  code.next(0);
  assert.equal(world.register.b, 5);
});

const REFUSED: [RegExp, string][] = [
  [/line 2: async functions/, 'export function f() {\n  return (async () => { await 1; })();\n}'],
  [/line 1: imports are not followed/, "import { x } from './x.mjs';\nexport function f() {}"],
  [/line 2: async functions and generators/, '\nexport function* f() {}'],
  [
    /line 3: a function that is handed/,
    'export function f(m) {\n\n  [1].map((x) => Atomics.load(m, x));\n}',
  ],
  [/line 2: getters and setters/, 'class A {\n  get x() { return 1; }\n}\nexport function f() {}'],
  [/line 2: exceptions cannot be followed/, 'export function f() {\n  try { f(); } catch {}\n}'],
];
for (const [message, source] of REFUSED) {
  test(`cannot be stepped: ${message.source}`, () =>
    assert.rejects(load(source, null), (thrown: Error) => {
      assert.ok(thrown instanceof SyntaxError);
      assert.match(thrown.message, message);
      return true;
    }));
}

test('set-up runs natively, and must leave the memory alone', async () => {
  const file = join(folder, 'set-up.mjs');
  const world = new World({ observer: null, isShared });
  writeFileSync(
    file,
    'const twice = (x) => x * 2;\nconst sizes = [1, 2].map((x) => twice(x));\nexport const words = (n) => twice(n) + sizes[1];\n',
  );
  const { words: count } = await world.loadUser(file, ['words']);
  assert.equal((count as (n: number) => number)(5), 14);
  writeFileSync(
    file,
    'export const createLock = (site) => {\n  Atomics.store(site.memory, 0, 1);\n};',
  );
  await assert.rejects(world.loadUser(file, ['createLock']), /line 2: .*before anybody runs/);
});
