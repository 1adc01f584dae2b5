import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT, IrqbenchError } from '../../src/errors.js';
import { latencyNames, runResultSchema } from '../../src/model/run-result.js';
import { FORMATS, formatForFile, RESULT_FORMATS, render } from '../../src/report/render.js';
import { buildResult, PERCENTILES } from '../fixtures/result.js';

const OPTIONS = { percentiles: PERCENTILES, perVm: true, color: false };

const CASES = {
  whole: buildResult(),
  'without samples': buildResult({ measuredRounds: 0 }),
  partial: buildResult({ measuredRounds: 1 }),
  failed: buildResult({ measuredRounds: 1, replace: { failure: '\u001b[31mVM 3\u0007 died' } }),
  damaged: buildResult({ replace: { audit: { damage: 1, findings: ['\u001b[2Jgone'] } } }),
  huge: buildResult({ plan: { burst: 2 }, scale: 1e8 }),
  'one sample': buildResult({ plan: { burst: 1, irqfds: 1, rounds: 1 } }),
};

for (const format of FORMATS) {
  test(`${format} ends with one newline and has no control characters`, () => {
    for (const [name, result] of Object.entries(CASES)) {
      const text = render(result, format, OPTIONS);
      assert.match(text, /[^\r\n]\r?\n$/, name);
      assert.doesNotMatch(text.replaceAll(/[\r\n]/g, ''), /\p{Cc}/u, name);
    }
  });
}

test('only text is ever coloured', () => {
  for (const format of FORMATS) {
    const colored = render(CASES.whole, format, { ...OPTIONS, color: true });
    assert.equal(colored.includes('\u001b['), format === 'text', format);
  }
});

test('JSON is read back as the result it was', () => {
  for (const [name, result] of Object.entries(CASES)) {
    const text = render(result, 'json', OPTIONS);
    assert.deepEqual(runResultSchema.parse(JSON.parse(text)), result, name);
    assert.match(text, /^\{\n {2}"schemaVersion": 1,\n/);
  }
});

test('JSON carries the percentiles that were asked for, and no others', () => {
  const result = buildResult();
  const asked = [25, 95, 99.99];
  const text = render(result, 'json', { ...OPTIONS, percentiles: asked });
  const { latency } = runResultSchema.parse(JSON.parse(text));
  for (const name of latencyNames) {
    assert.deepEqual(Object.keys(latency[name].percentiles), asked.map(String));
    assert.equal(latency[name].percentiles['99.99'], null);
    assert.equal(latency[name].hdr, result.latency[name].hdr);
  }
  const { percentiles } = latency.register;
  assert.ok(Number(percentiles['25']) < Number(percentiles['95']));
});

test('rendering leaves the result as it was', () => {
  const result = buildResult();
  const before = structuredClone(result);
  for (const format of FORMATS) render(result, format, { ...OPTIONS, percentiles: [10] });
  assert.deepEqual(result, before);
});

test('a histogram that cannot be decoded is the fault of the input', () => {
  for (const hdr of [
    '',
    'AAAA',
    'no base64 at all',
    CASES.whole.latency.register.hdr?.slice(0, 80),
  ]) {
    const { latency } = CASES.whole;
    const deregister = { ...latency.deregister, hdr: hdr ?? '' };
    const damaged = { ...CASES.whole, latency: { ...latency, deregister } };
    assert.throws(
      () => render(damaged, 'csv', OPTIONS),
      (error) =>
        error instanceof IrqbenchError &&
        error.exitCode === EXIT.usage &&
        /^latency\.deregister\.hdr: not an HDR histogram \(.+\); .*measure again$/.test(
          error.message,
        ),
    );
  }
});

test('the extension of a file names the format', () => {
  const files = {
    'result.json': 'json',
    'a.b/runs.CSV': 'csv',
    './x.hgrm': 'hgrm',
    'x.funclatency': 'funclatency',
    'x.md': 'markdown',
    '/tmp/x.markdown': 'markdown',
    'x.json.txt': 'text',
  };
  for (const [path, format] of Object.entries(files))
    assert.equal(formatForFile(path, RESULT_FORMATS), format);
});

test('any other extension is refused, with the known ones', () => {
  const known = '.json, .csv, .hgrm, .funclatency, .md, .markdown, .txt';
  const refused = {
    'result.xml': `--output result.xml: has the unknown extension .xml, which names the format; use ${known}`,
    'a.json/result': `--output a.json/result: has no extension, which names the format; use ${known}`,
    '.json': `--output .json: has no extension, which names the format; use ${known}`,
    'x.toString': `--output x.toString: has the unknown extension .toString, which names the format; use ${known}`,
  };
  for (const [path, message] of Object.entries(refused)) {
    assert.throws(
      () => formatForFile(path, RESULT_FORMATS),
      (error) =>
        error instanceof IrqbenchError &&
        error.exitCode === EXIT.usage &&
        error.message === message,
    );
  }
});
