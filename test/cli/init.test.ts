import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { irqbench, linesOf, scratchFolder, TINY } from './irqbench.js';

/** Locks and indexes of one's own: from the template to the run, and what can go wrong. */

const folder = scratchFolder();

for (const kind of ['lock', 'index'] as const) {
  test(`init ${kind} writes a template that works at once, and never overwrites`, async () => {
    const file = `my-${kind}.mjs`;
    const path = join(folder, file);
    const written = await irqbench(['init', kind, file], { cwd: folder });
    assert.equal(written.code, 0, written.stderr);
    assert.match(written.stdout, new RegExp(`irqbench compare linux-6.17 ${kind}=\\./${file}`));
    const { code, stdout, stderr } = await irqbench(
      [...TINY, '--strategy', 'linux-6.17', `--${kind}`, `./${file}`, '--producers-per-vm', '3'],
      { cwd: folder },
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^audit +clean$/m);
    assert.ok(stdout.includes(`./${file}`), 'the header names the module');
    writeFileSync(path, 'mine');
    const again = await irqbench(['init', kind, file], { cwd: folder });
    assert.equal(again.code, 2);
    assert.match(again.stderr, /exists, and is left as it is/);
    assert.equal(readFileSync(path, 'utf8'), 'mine');
  });
}

for (const [args, message] of [
  [['init', 'lock', 'mine.txt'], /is no name of an ES module/],
  [['init', 'lock', 'absent/mine.mjs'], /cannot be written/],
  [['init', 'mutex', 'mine.mjs'], /Allowed choices are lock, index/],
  [['init', 'lock'], /missing required argument 'file'/],
] as const) {
  test(`${args.join(' ')} is refused`, async () => {
    const { code, stderr } = await irqbench(args, { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, message);
    assert.equal(linesOf(stderr).length, 1);
  });
}

/** A lock module with this body. */
function lockModule(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return `./${name}`;
}

const HOLDS_FOREVER = `export const name = 'one-way';
export const words = 1;
export function createLock({ memory, at, sync }) {
  return {
    acquire() {
      while (Atomics.compareExchange(memory, at, 0, 1) !== 0) sync.spinWhile(memory, at, 1);
    },
    release() {},
  };
}
`;

test('a lock that is never released ends within the stall time, and who took it last is named', async () => {
  const lock = lockModule('one-way.mjs', HOLDS_FOREVER);
  const begunMs = performance.now();
  const { code, stdout, stderr } = await irqbench(
    [...TINY, '--lock', lock, '--stall-timeout', '2s'],
    { cwd: folder },
  );
  assert.equal(code, 3, stderr);
  assert.ok(performance.now() - begunMs < 30_000);
  assert.match(
    stderr,
    /no progress for 2\.00 s: .*burst VM \d+.* waits for the lock \(\.\/one-way\.mjs\), which burst VM \d+( itself)? took last and has released, and which is not free/,
  );
  assert.match(stdout, /PARTIAL/, 'what was measured is printed');
});

test('a lock that loses its release among others is told from one that is held', async () => {
  // Releases the first hundred thousand times, which gets it through the compilation.
  const text = HOLDS_FOREVER.replace(
    'release() {}',
    'release() { if (count++ < 100_000) Atomics.store(memory, at, 0); }',
  ).replace('  return {', '  let count = 0;\n  return {');
  const lock = lockModule('forgetful.mjs', text);
  const { code, stderr } = await irqbench(
    [...TINY, '--rounds', '100000', '--hold', '0', '--lock', lock, '--stall-timeout', '2s'],
    { cwd: folder },
  );
  assert.equal(code, 3, stderr);
  assert.match(
    stderr,
    /burst VM \d+.* waits for the lock \(\.\/forgetful\.mjs\), which burst VM \d+( itself)? took last and has released/,
  );
});

test('a lock that keeps the clean-up queue out is said to keep that out', async () => {
  const text = `
export const name = 'late';
export const words = 2;
let acquisitions = 0;
export const createLock = ({ memory, at, threads, sync }) => ({
  acquire(self) {
    // The queue's thread comes last. It gets through its compilation, and not through the run.
    if (self === threads - 1 && ++acquisitions > 30_000) sync.spinWhile(memory, at + 1, 0);
    while (Atomics.exchange(memory, at, 1) !== 0) sync.spinWhile(memory, at, 1);
  },
  release() {
    Atomics.store(memory, at, 0);
  },
});
`;
  const lock = lockModule('late.mjs', text);
  const { code, stderr } = await irqbench(
    [
      ...[...TINY, '--rounds', '100000', '--hold', '0', '--phases', 'kernel'],
      ...['--lock', lock, '--stall-timeout', '2s'],
    ],
    { cwd: folder },
  );
  assert.equal(code, 3, stderr);
  assert.match(
    stderr,
    /no progress for 2\.00 s: the clean-up queue waits for the lock \(\.\/late\.mjs\)/,
  );
});

test('a lock that excludes nobody is damage or death, never a result', async () => {
  const lock = lockModule(
    'none.mjs',
    "export const name = 'none';\nexport const words = 1;\nexport const createLock = () => ({ acquire() {}, release() {} });\n",
  );
  // Long rounds that wait for nobody: VMs that are woken one after the other would rarely meet.
  const { code, stderr } = await irqbench(
    [
      ...['fork', '--vms', '5', '--burst', '4', '--irqfds', '200', '--rounds', '30', '--hold', '0'],
      ...['--release', 'free', '--lock', lock, '--stall-timeout', '2s'],
    ],
    { cwd: folder },
  );
  assert.equal(code, 3, stderr);
});

for (const [name, text, message] of [
  [
    'throws',
    "throw new Error('not today');",
    /--lock \.\/throws\.mjs: cannot be imported \(not today\)/,
  ],
  ['syntax', 'export const = 1;', /--lock \.\/syntax\.mjs: cannot be imported/],
  [
    'nameless',
    'export const words = 1; export const createLock = () => ({});',
    /--lock \.\/nameless\.mjs: .*name/,
  ],
  [
    'wordless',
    "export const name = 'x'; export const createLock = () => ({});",
    /--lock \.\/wordless\.mjs: .*words/,
  ],
  [
    'lockless',
    "export const name = 'x'; export const words = 1;",
    /--lock \.\/lockless\.mjs: .*createLock/,
  ],
  [
    'no-release',
    "export const name = 'x'; export const words = 1; export const createLock = () => ({ acquire() {} });",
    /--lock \.\/no-release\.mjs: .*release/,
  ],
] as const) {
  test(`a lock module that is wrong (${name}) is bad input, before anything starts`, async () => {
    const { code, stdout, stderr } = await irqbench(
      [...TINY, '--lock', lockModule(`${name}.mjs`, text)],
      { cwd: folder },
    );
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.equal(linesOf(stderr).length, 1, stderr);
  });
}
