import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type GateReportFlags, GateReporting } from '../../src/cli/gate-options.js';
import type { Streams } from '../../src/cli/streams.js';
import { IrqbenchError } from '../../src/errors.js';
import { GATE_FORMATS, renderGate } from '../../src/report/render.js';
import { buildGate } from '../fixtures/gate.js';
import { refused } from '../plan/refused.js';
import { irqbench, scratchFolder } from './irqbench.js';

const folder = scratchFolder();
const file = (name: string) => join(folder, name);
const gate = buildGate();

/** What a gate's report writes, with a stand-in for the process. */
async function written(flags: Partial<GateReportFlags>, env: Record<string, string> = {}) {
  const texts = { stdout: '', stderr: '' };
  const stand = (name: keyof typeof texts) => {
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => {
      texts[name] += chunk.toString();
    });
    return stream as unknown as NodeJS.WriteStream;
  };
  const streams: Streams = { stdout: stand('stdout'), stderr: stand('stderr'), env };
  const reporting = new GateReporting({ format: 'text', color: true, ...flags }, streams);
  const failure = await reporting.write(gate, streams).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { ...texts, failure };
}

test('as many files as asked, by extension or by name, and the text', async () => {
  const outputs = ['a.txt', 'a.md', 'a.json', 'a.xml'].map(file);
  const named = [`bencher:${file('bmf.json')}`, `github-action-benchmark:${file('gab.json')}`];
  const { stdout, stderr, failure } = await written({ output: [...outputs, ...named] });
  assert.deepEqual([stderr, failure], ['', null]);
  assert.equal(stdout, renderGate(gate, 'text', false));
  const read = (name: string) => readFileSync(file(name), 'utf8');
  assert.equal(read('a.txt'), stdout);
  assert.equal(read('a.md'), renderGate(gate, 'markdown', false));
  assert.equal(read('a.json'), renderGate(gate, 'json', false));
  assert.equal(read('a.xml'), renderGate(gate, 'junit', false));
  assert.equal(read('bmf.json'), renderGate(gate, 'bencher', false));
  assert.equal(read('gab.json'), renderGate(gate, 'github-action-benchmark', false));
  assert.equal(readdirSync(folder).length, 6);
});

test('every format goes to the standard output as well', async () => {
  for (const format of GATE_FORMATS.names) {
    const { stdout } = await written({ format }, { FORCE_COLOR: '1' });
    assert.equal(stdout, renderGate(gate, format, true));
  }
});

test('--github appends to the summary, and annotates where nobody parses', async () => {
  const summary = file('summary.md');
  writeFileSync(summary, 'before\n');
  const env = { GITHUB_STEP_SUMMARY: summary };
  const text = await written({ github: true }, env);
  assert.ok(text.stdout.startsWith(renderGate(gate, 'text', false)));
  assert.match(text.stdout, /^::error title=/m);
  assert.equal(text.stderr, '');
  assert.equal(readFileSync(summary, 'utf8'), `before\n${renderGate(gate, 'markdown', false)}`);
  const json = await written({ github: true, format: 'json' }, env);
  assert.equal(json.stdout, renderGate(gate, 'json', false));
  assert.match(json.stderr, /^::error title=/m);
  assert.equal(readFileSync(summary, 'utf8').split('## irqbench gate').length, 3);
});

test('--github elsewhere annotates all the same, and says that there is no summary', async () => {
  const { stdout, stderr, failure } = await written({ github: true });
  assert.match(stdout, /^::error title=/m);
  assert.match(stderr, /^irqbench: note: --github: GITHUB_STEP_SUMMARY names no file/);
  assert.equal(failure, null);
});

test('a summary that cannot be written is exit code 3, when all else is written', async () => {
  const other = file('other.md');
  const env = { GITHUB_STEP_SUMMARY: join(folder, 'missing', 'summary.md') };
  const { stdout, failure } = await written({ github: true, output: [other] }, env);
  assert.ok(failure instanceof IrqbenchError && failure.exitCode === 3);
  assert.match(failure.message, /^GITHUB_STEP_SUMMARY .*summary\.md: cannot be written: ENOENT/);
  assert.match(stdout, /^::error /m);
  assert.equal(readFileSync(other, 'utf8'), renderGate(gate, 'markdown', false));
});

for (const [output, message] of [
  ['gate.csv', /has the unknown extension \.csv, which names the format; use \.txt, \.md/],
  ['junit:', /--output junit:: names no file; give junit:FILE/],
  ['junit:missing/gate.xml', /the folder missing does not exist/],
] as const) {
  test(`--output ${output} is refused beforehand`, () => {
    const { env, stdout, stderr } = process;
    assert.match(
      refused(
        () =>
          new GateReporting(
            { format: 'text', color: false, output: [output] },
            { env, stdout, stderr },
          ),
      ),
      message,
    );
  });
}

test('a gate follows the published schema', async () => {
  const published = readFileSync(
    new URL('../../schema/gate-v1.schema.json', import.meta.url),
    'utf8',
  );
  assert.equal((await irqbench(['schema', 'gate'])).stdout, published);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(published));
  assert.ok(validate(JSON.parse(renderGate(gate, 'json', false))), JSON.stringify(validate.errors));
  assert.equal(validate({ ...gate, checks: [{}] }), false);
});
