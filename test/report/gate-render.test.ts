import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateResultSchema } from '../../src/model/gate-result.js';
import { GATE_FORMATS, renderGate } from '../../src/report/render.js';
import { buildCheck, buildGate, CHECKS, hostileGate } from '../fixtures/gate.js';
import { tables } from '../support/markdown-tables.js';

const GATES = {
  failed: buildGate(),
  passed: buildGate({ checks: [buildCheck()], refused: [], warnings: [], accept: null }),
  'without checks': buildGate({ checks: [], baseline: null }),
  interrupted: buildGate({ partial: true }),
  hostile: hostileGate(),
};

for (const format of GATE_FORMATS.names) {
  test(`${format} ends with one newline and has no control characters`, () => {
    for (const [name, gate] of Object.entries(GATES)) {
      const text = renderGate(gate, format, false);
      assert.match(text, /[^\n]\n$/, name);
      assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u, name);
    }
  });

  test(`${format} is coloured only where it is text`, () => {
    const isColored = renderGate(GATES.failed, format, true).includes('\u001b[');
    assert.equal(isColored, format === 'text');
  });

  test(`${format} is the same whenever it is made`, () => {
    const gate = buildGate();
    const before = structuredClone(gate);
    assert.equal(renderGate(gate, format, false), renderGate(gate, format, false));
    assert.deepEqual(gate, before);
  });
}

test('JSON is read back as the gate it was', () => {
  const text = renderGate(GATES.failed, 'json', false);
  assert.deepEqual(gateResultSchema.parse(JSON.parse(text)), GATES.failed);
});

test('text has a row a check, and says of each that does not hold why', () => {
  const lines = renderGate(GATES.failed, 'text', false).split('\n');
  assert.equal(lines[0], 'irqbench gate · linux-6.2, outside · baseline ci.baseline.json');
  const head = lines.findIndex((line) => line.startsWith('run '));
  assert.match(
    lines[head] ?? '',
    /^run +evidence +metric +baseline +now +ratio +95 % interval +p \(Holm\) +attempts +verdict$/,
  );
  const rows = lines.slice(head + 1, head + 1 + CHECKS.length);
  assert.match(
    rows[2] ?? '',
    /^linux-6\.2 +statistical +register\.p99 +2\.00 +3\.00 +1\.50 +1\.40 to 1\.63 +3\.0e-4 +3 +regressed$/,
  );
  assert.match(
    rows[5] ?? '',
    /^outside +absolute +register\.p99 > base \* 1\.10 +1\.10 ms +2\.31 ms +2\.10 +- +- +- +crossed$/,
  );
  const text = lines.join('\n');
  assert.match(text, /\nregressed: linux-6\.2 register\.p99 \(statistical\): the interval is/);
  assert.match(
    text,
    /\ngate +FAILED: 6 checks, 1 held, 1 improved, 1 allowed, 1 changed, 1 regressed, 1 crossed\n/,
  );
  assert.match(text, /\naccept +irqbench gate --save-baseline ci\.baseline\.json --workload ci\n/);
  assert.match(text, /\nwarning: statistical evidence of the baseline was not held against: CPU/);
  assert.match(text, /\nwarning: the machine is busy; measure again\n$/);
});

test('columns that nothing is known for are not there', () => {
  const text = renderGate(GATES.passed, 'text', false);
  assert.match(text, /^run +evidence +metric +baseline +now +ratio +verdict$/m);
  assert.match(text, /^gate +passed: 1 check, 1 held$/m);
  assert.doesNotMatch(text, /accept|warning/);
});

test('a gate that is not whole is marked', () => {
  for (const format of ['text', 'markdown'] as const) {
    assert.match(renderGate(GATES.interrupted, format, false), /PARTIAL: interrupted/);
    assert.match(
      renderGate(buildGate({ failure: 'VM 3 died' }), format, false),
      /FAILED: the run failed: VM 3 died/,
    );
  }
});

test('markdown shows what is remarkable with its reason, and folds what holds', () => {
  const page = renderGate(GATES.failed, 'markdown', false);
  const [first = '', folded = ''] = page.split('<details>');
  assert.match(first, /^## irqbench gate · /);
  assert.match(first, /\| verdict \| because \|\n/);
  const verdicts = [...first.matchAll(/\| (\w+) \| [^|]+ \|\n/g)]
    .map(([, verdict]) => verdict)
    .slice(1, 6);
  assert.deepEqual(verdicts, ['changed', 'regressed', 'crossed', 'improved', 'allowed']);
  assert.match(folded, /^<summary>1 held<\/summary>/);
  assert.match(folded, /\| linux-6\.2 \| deterministic \| work\.nodesVisited \|/);
});

test('nothing in a result ends a cell or begins markup', () => {
  const page = renderGate(GATES.hostile, 'markdown', false).replaceAll(/```text\n.*\n```/g, '');
  assert.doesNotMatch(page.replaceAll(/<\/?(details|summary)>/g, ''), /</);
  for (const table of tables(page)) {
    const width = table[0]?.length ?? 0;
    for (const row of table) assert.equal(row.length, width);
  }
});
