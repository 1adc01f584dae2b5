import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { resolveComparison } from '../../src/plan/comparison.js';
import { printComparison, printPlan, printSweep } from '../../src/plan/print-plan.js';
import { resolvePlan } from '../../src/plan/resolve.js';
import { resolveSweep } from '../../src/plan/sweep.js';
import { givenThresholds } from '../../src/plan/thresholds.js';
import { loadWorkload } from '../../src/plan/workload-file.js';
import { scratchFolder } from '../cli/irqbench.js';

const file = join(scratchFolder(), 'w.yaml');
writeFileSync(file, 'vms: 5\nthresholds:\n  - register.p99 > 2ms\n  - audit.damage > 0\n');

const given = givenThresholds([' register.max > 1s '], loadWorkload(file));

test('a flag adds to the thresholds of a workload', () => {
  assert.deepEqual(
    given.map(({ text, source }) => [text, source]),
    [
      ['register.p99 > 2ms', `workload ${file}:3`],
      ['audit.damage > 0', `workload ${file}:4`],
      ['register.max > 1s', 'flag --fail-if'],
    ],
  );
  assert.equal(given[1]?.where, `${file}:4:5 thresholds`);
  assert.deepEqual(givenThresholds([], null), []);
});

test('a printed plan has each as its flag takes it, with its source', () => {
  const printed = {
    plan: printPlan(resolvePlan({ workload: file }), 'text', given),
    comparison: printComparison(
      resolveComparison(['linux-6.2', 'linux-6.17'], [], { workload: file }),
      'text',
      given,
    ),
    sweep: printSweep(resolveSweep(['burst=1,2'], { workload: file }, 1), [], 'text', given),
  };
  for (const [what, text] of Object.entries(printed)) {
    const rows = text.split('\n').map((line) => line.split(/ {2,}/));
    assert.deepEqual(
      rows.filter(([name]) => name === 'fail-if').map(([, value, source]) => [value, source]),
      given.map(({ text: value, source }) => [value, source]),
      what,
    );
  }
});

test('so it has in JSON, where there is a list even of none', () => {
  const plan = resolvePlan({ workload: file });
  const { thresholds } = JSON.parse(printPlan(plan, 'json', given));
  assert.deepEqual(
    thresholds,
    given.map(({ text, source }) => ({ text, source })),
  );
  assert.deepEqual(JSON.parse(printPlan(plan, 'json')).thresholds, []);
});
