import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { FORMATS, renderCompare } from '../../src/report/render.js';
import { buildComparison } from '../fixtures/comparison.js';
import { irqbench, linesOf, scratchFolder } from './irqbench.js';

const folder = scratchFolder();
const saved = join(folder, 'compare.json');
const result = buildComparison();
writeFileSync(saved, JSON.stringify(result));

const OPTIONS = { percentiles: [50, 90, 99, 99.9], perVm: false, color: false };

test('report prints a saved comparison in any format', async () => {
  for (const format of FORMATS) {
    const { code, stdout, stderr } = await irqbench(['report', saved, '--format', format]);
    assert.deepEqual([code, stderr], [0, ''], format);
    assert.equal(stdout, renderCompare(result, format, OPTIONS), format);
  }
});

test('report writes files of a comparison, and reads one from a pipe', async () => {
  const [csv, md] = [join(folder, 'out.csv'), join(folder, 'out.md')];
  const { code } = await irqbench(['report', '-', '--output', csv, '--output', md], {
    stdin: readFileSync(saved, 'utf8'),
  });
  assert.equal(code, 0);
  assert.match(readFileSync(csv, 'utf8'), /,label,reference,latency,/);
  assert.match(readFileSync(md, 'utf8'), /^## irqbench compare · linux-6\.2 \(reference\)/);
});

test('colours are for those who want them', async () => {
  const plain = await irqbench(['report', saved], { env: { NO_COLOR: '1', FORCE_COLOR: '1' } });
  assert.ok(!plain.stdout.includes('\u001b['));
  const colored = await irqbench(['report', saved], { env: { FORCE_COLOR: '1' } });
  assert.ok(colored.stdout.includes('\u001b[32mfaster'));
});

const NO_COMPARISON: [string, unknown, RegExp][] = [
  ['empty', { kind: 'compare' }, /empty\.json: is no irqbench comparison: schemaVersion: /],
  ['newer', { kind: 'compare', schemaVersion: 99 }, /newer\.json: has schemaVersion 99, /],
  [
    'inside',
    { ...result, comparisons: [{ ...result.comparisons[0], verdict: 'perhaps' }] },
    /inside\.json: is no irqbench comparison: comparisons\.0\.verdict: /,
  ],
  ['other', { ...result, kind: 'contrast' }, /other\.json: is no irqbench result: /],
];
for (const [name, content, message] of NO_COMPARISON) {
  test(`report of a comparison that is ${name}: one line, exit code 2`, async () => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(content));
    const { code, stdout, stderr } = await irqbench(['report', path]);
    assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1]);
    assert.match(stderr, message);
  });
}

test('schema compare prints the schema that a comparison follows, schema the one of a run', async () => {
  const { code, stdout } = await irqbench(['schema', 'compare']);
  assert.equal(code, 0);
  const ajv = new Ajv2020({ strict: false });
  const validate = ajv.compile(JSON.parse(stdout));
  assert.ok(validate(result), JSON.stringify(validate.errors));
  assert.equal(validate({ ...result, comparisons: [{}] }), false);
  assert.equal(validate(result.runs[0]?.result), false);
  const ofRun = await irqbench(['schema']);
  assert.equal((await irqbench(['schema', 'result'])).stdout, ofRun.stdout);
  assert.equal(ajv.compile(JSON.parse(ofRun.stdout))(result.runs[0]?.result), true);
});

test('no other schema is known', async () => {
  const { code, stdout, stderr } = await irqbench(['schema', 'plan']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /'plan'.*result, compare/);
});
