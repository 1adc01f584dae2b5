import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runResultSchema } from '../../src/model/run-result.js';
import { irqbench, linesOf, scratchFolder, TINY } from './irqbench.js';

const folder = scratchFolder();
const isLinux = process.platform === 'linux';

test('--output writes as many files as asked, each in the format of its extension', async () => {
  const names = ['a.json', 'a.csv', 'a.hgrm', 'a.funclatency', 'a.md', 'a.txt'];
  const into = join(folder, 'many');
  mkdirSync(into);
  const outputs = names.flatMap((name) => ['--output', join(into, name)]);
  const { code, stdout } = await irqbench([...TINY, ...outputs]);
  assert.equal(code, 0);
  assert.deepEqual(readdirSync(into).sort(), names.toSorted());
  const read = (name: string) => readFileSync(join(into, name), 'utf8');
  assert.ok(runResultSchema.safeParse(JSON.parse(read('a.json'))).success);
  assert.match(read('a.csv'), /^strategy,/);
  assert.match(read('a.hgrm'), /^ +Value +Percentile +TotalCount/);
  assert.match(read('a.funclatency'), /\navg = \d+ nsecs, total: \d+ nsecs, count: 60\n$/);
  assert.match(read('a.md'), /^\| /m);
  assert.equal(read('a.txt'), stdout);
});

test('--output takes the format before the file, whatever its extension', async () => {
  const path = join(folder, 'named.log');
  const { code } = await irqbench([...TINY, '--output', `csv:${path}`]);
  assert.equal(code, 0);
  assert.match(readFileSync(path, 'utf8'), /^strategy,/);
});

test('report prints a saved result in any format, from a file and from a pipe', async () => {
  const saved = join(folder, 'saved.json');
  const { stdout: text } = await irqbench([...TINY, '--output', saved]);
  assert.equal((await irqbench(['report', saved])).stdout, text);
  const json = await irqbench(['report', saved, '--format', 'json']);
  assert.equal(json.stdout, readFileSync(saved, 'utf8'));
  const piped = await irqbench(['report', '-', '--percentiles', '75', '--format', 'csv'], {
    stdin: json.stdout,
  });
  assert.match(piped.stdout, /max_ns,p75_ns\r?\n/);
});

test('an older file is replaced whole, through a link, and keeps its mode', async () => {
  const target = join(folder, 'old.json');
  const link = join(folder, 'link.json');
  writeFileSync(target, 'old');
  chmodSync(target, 0o600);
  symlinkSync(target, link);
  const { code } = await irqbench([...TINY, '--output', link]);
  assert.equal(code, 0);
  assert.equal(readlinkSync(link), target);
  assert.equal(statSync(target).mode & 0o777, 0o600);
  assert.equal(JSON.parse(readFileSync(target, 'utf8')).schemaVersion, 1);
});

test('a device is written in place, in the format of the standard output', {
  skip: !isLinux,
}, async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = irqbenchReader(pipe);
  const { code } = await irqbench([...TINY, '--format', 'json', '--output', pipe]);
  assert.equal(code, 0);
  assert.equal(JSON.parse(await reader).schemaVersion, 1);
  assert.ok(statSync(pipe).isFIFO());
});

test('a device whose name has an extension gets that format', { skip: !isLinux }, async () => {
  const pipe = join(folder, 'pipe.json');
  execFileSync('mkfifo', [pipe]);
  const reader = irqbenchReader(pipe);
  const { code } = await irqbench([...TINY, '--output', pipe]);
  assert.equal(code, 0);
  assert.equal(JSON.parse(await reader).schemaVersion, 1);
});

test('a link that points nowhere is refused before the run, and stays', async () => {
  const link = join(folder, 'nowhere.json');
  symlinkSync(join(folder, 'not-there.json'), link);
  const { code, stdout } = await irqbench([...TINY, '--output', link]);
  assert.deepEqual([code, stdout], [2, '']);
  assert.equal(readlinkSync(link), join(folder, 'not-there.json'));
});

/** Reads a named pipe to its end in a process of its own, for opening it blocks. */
async function irqbenchReader(pipe: string): Promise<string> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    execFile('cat', [pipe], { maxBuffer: 1 << 24 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
}

test('a full disk is exit code 3, and the result is still printed', {
  skip: !isLinux,
}, async () => {
  const { code, stdout, stderr } = await irqbench([...TINY, '--output', '/dev/full']);
  assert.equal(code, 3);
  assert.match(stderr, /^irqbench: error: --output \/dev\/full: cannot be written: ENOSPC.*\n$/);
  assert.match(stdout, /audit +clean/);
});

const NO_OUTPUT: [string, RegExp][] = [
  ['missing/a.json', /the folder .*missing does not exist; create it first/],
  ['.', /is a directory/],
  ['a.xml', /unknown extension \.xml/],
  ['a', /no extension/],
];
for (const [name, message] of NO_OUTPUT) {
  test(`--output ${name}: refused before the run`, async () => {
    const path = name === '.' ? folder : join(folder, name);
    const { code, stdout, stderr } = await irqbench([...TINY, '--output', path]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
    assert.equal(name !== '.' && existsSync(path), false);
  });
}

const NO_RESULT: [string, string, RegExp][] = [
  ['empty', '', /is not JSON/],
  ['noise', '\u0000\u0001{', /is not JSON/],
  ['list', '[]', /is no irqbench result/],
  ['null', 'null', /is no irqbench result/],
  ['newer', '{"schemaVersion": 99}', /has schemaVersion 99, this irqbench reads up to 1/],
  ['other', '{"schemaVersion": 1, "tool": 3}', /is no irqbench result: tool: /],
];
for (const [name, content, message] of NO_RESULT) {
  test(`report of ${name}: one line, exit code 2`, async () => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, content);
    const { code, stdout, stderr } = await irqbench(['report', path]);
    assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1]);
    assert.match(stderr, message);
  });
}
