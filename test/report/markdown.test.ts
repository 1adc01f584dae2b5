import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunResult } from '../../src/model/run-result.js';
import { funclatency } from '../../src/report/funclatency.js';
import { render } from '../../src/report/render.js';
import { buildResult, PERCENTILES } from '../fixtures/result.js';
import { tables, tableUnder } from '../support/markdown-tables.js';

const markdown = (result: RunResult, perVm = false) =>
  render(result, 'markdown', { percentiles: PERCENTILES, perVm, color: false });

const LOADED = buildResult({
  measuredRounds: 2,
  replace: {
    failure: 'VM 3 <died> | and\nthat was that',
    audit: { damage: 1, findings: ['list | broken at `9`'] },
    warnings: [{ code: 'noisy', message: 'noise | of 5 %', remedy: 'stop [the] rest' }],
  },
});

test('all rows of a table have as many cells as its head', () => {
  for (const result of [buildResult(), buildResult({ measuredRounds: 0 }), LOADED]) {
    const found = tables(markdown(result));
    assert.ok(found.length >= 6);
    for (const table of found) {
      const [head = [], rule = [], ...rows] = table;
      assert.ok(rule.every((cell) => /^:?--:?$/.test(cell)));
      assert.ok(rows.length > 0);
      for (const row of [rule, ...rows]) assert.equal(row.length, head.length);
    }
  }
});

test('the tables hold what the text report says', () => {
  const base = buildResult({ plan: { connectCostNs: 5000 } });
  const result = { ...base, entryLock: base.lock, work: { ...base.work, optedOut: 7 } };
  const document = markdown(result);
  const text = render(result, 'text', { percentiles: PERCENTILES, perVm: false, color: false });
  for (const row of tableUnder(document, 'latency').slice(2)) {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${row[0]} `));
    assert.deepEqual(line?.split(/ {2,}/), row);
  }
  for (const label of ['lock', 'entry lock', 'fairness', 'work', 'connect', 'timing']) {
    for (const [name, value] of tableUnder(document, label).slice(2)) {
      assert.ok(text.includes(`${name} ${value}`), `${name} ${value}`);
    }
  }
  const [, , lockRow] = tableUnder(document, 'contended');
  assert.equal(lockRow?.at(-1), 'irq_bypass_*');
});

test('the histogram stands in a code fence as funclatency prints it', () => {
  const result = buildResult();
  const fence = `\n\n\`\`\`text\n${funclatency(result.latency.register)}\`\`\`\n`;
  assert.ok(markdown(result).includes(fence));
});

test('failure, findings and warnings cannot break the page', () => {
  const document = markdown(LOADED);
  assert.match(
    document,
    /^\*\*PARTIAL\*\*: the run failed: VM 3 &lt;died> \\\| and that was that \(600 of 3,000 /m,
  );
  assert.match(document, /^\*\*DAMAGE \(1\)\*\*$/m);
  assert.deepEqual(tableUnder(document, 'finding')[2], ['list | broken at `9`']);
  assert.deepEqual(tableUnder(document, 'warning')[2], ['noise | of 5 %', 'stop [the] rest']);
});

test('a clean run has neither errors, findings nor warnings', () => {
  const document = markdown(buildResult());
  assert.match(document, /^### Audit\n\nclean$/m);
  assert.doesNotMatch(document, /PARTIAL|### Warnings|\| (finding|errors|entry lock|connect) \|/);
});

test("the reproducer's lines are fenced, on request", () => {
  const result = buildResult({ plan: { burst: 2 } });
  assert.match(markdown(result, true), /```text\nidx 0 min \d+ max \d+ avg \d+\nidx 1 .*\n```/);
  assert.doesNotMatch(markdown(result), /^idx/m);
});
