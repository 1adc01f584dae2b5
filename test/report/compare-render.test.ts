import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT, IrqbenchError } from '../../src/errors.js';
import { compareResultSchema } from '../../src/model/compare-result.js';
import { funclatency } from '../../src/report/funclatency.js';
import { hgrm } from '../../src/report/hgrm.js';
import { FORMATS, renderCompare } from '../../src/report/render.js';
import { buildComparison, RUNS, runOf, strategyRun } from '../fixtures/comparison.js';
import { PERCENTILES } from '../fixtures/result.js';

const OPTIONS = { percentiles: PERCENTILES, perVm: true, color: false };
const about = (ns: number) => Array.from({ length: 10 }, (_, round) => ns * (1 + round / 1000));
const ODD = '\u001b[31mred | "label", `x`\n<b>';

const CASES = {
  whole: buildComparison(),
  'one strategy': buildComparison({ runs: RUNS.slice(0, 1) }),
  partial: buildComparison({
    runs: [...RUNS, strategyRun('partial', { measuredRounds: 1 })],
  }),
  'without samples': buildComparison({
    runs: [...RUNS, strategyRun('empty', { measuredRounds: 0 })],
  }),
  'an odd label': buildComparison({ runs: [...RUNS, strategyRun(ODD, { scale: 2 })] }),
  'odd words': buildComparison({
    runs: [...RUNS, strategyRun('failed', { replace: { failure: ODD } })],
    replace: { failure: ODD, warnings: [{ code: 'x', message: ODD, remedy: ODD }] },
  }),
  'every verdict': buildComparison({
    runs: [
      runOf('a', about(100)),
      runOf('b', about(300)),
      runOf('c', about(30)),
      runOf('d', about(100)),
      runOf('e', [100]),
    ],
  }),
};

for (const format of FORMATS) {
  test(`${format} of a comparison ends with one newline and has no control characters`, () => {
    for (const [name, result] of Object.entries(CASES)) {
      const text = renderCompare(result, format, OPTIONS);
      assert.match(text, /[^\r\n]\r?\n$/, name);
      // A quoted field of a csv is what it was: readers of csv are no terminals.
      if (format === 'csv') continue;
      assert.doesNotMatch(text.replaceAll(/[\r\n]/g, ''), /\p{Cc}/u, name);
    }
  });
}

test('only text is ever coloured', () => {
  for (const format of FORMATS) {
    const colored = renderCompare(CASES.whole, format, { ...OPTIONS, color: true });
    assert.equal(colored.includes('\u001b['), format === 'text', format);
  }
});

test('JSON is read back as the comparison it was', () => {
  for (const [name, result] of Object.entries(CASES)) {
    const text = renderCompare(result, 'json', OPTIONS);
    assert.deepEqual(compareResultSchema.parse(JSON.parse(text)), result, name);
  }
  const asked = JSON.parse(renderCompare(CASES.whole, 'json', { ...OPTIONS, percentiles: [25] }));
  for (const run of asked.runs) {
    assert.deepEqual(Object.keys(run.result.latency.register.percentiles), ['25']);
  }
});

test('rendering leaves the comparison as it was', () => {
  const before = structuredClone(CASES.whole);
  for (const format of FORMATS)
    renderCompare(CASES.whole, format, { ...OPTIONS, percentiles: [10] });
  assert.deepEqual(CASES.whole, before);
});

test('histograms come one after the other, each under the name of its strategy', () => {
  const [first, second] = CASES.whole.runs.map(({ result }) => result.latency.register);
  assert.ok(first && second);
  for (const [format, of] of [
    ['hgrm', hgrm],
    ['funclatency', funclatency],
  ] as const) {
    assert.equal(
      renderCompare(CASES.whole, format, OPTIONS),
      `# linux-6.2\n${of(first)}\n# linux-6.17\n${of(second)}`,
    );
    const odd = renderCompare(CASES['an odd label'], format, OPTIONS);
    assert.match(odd, /^# \[31mred \| "label", `x` <b>$/m);
  }
});

test('a histogram that cannot be decoded is the fault of the input, which is named', () => {
  const damaged = structuredClone(CASES.whole);
  const run = damaged.runs[1];
  assert.ok(run);
  run.result.latency.vmReady.hdr = 'AAAA';
  assert.throws(
    () => renderCompare(damaged, 'csv', OPTIONS),
    (error) =>
      error instanceof IrqbenchError &&
      error.exitCode === EXIT.usage &&
      /^runs\.1\.result\.latency\.vmReady\.hdr: not an HDR histogram/.test(error.message),
  );
});
