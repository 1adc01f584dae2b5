import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDeterministic, deterministicMetrics } from '../../src/gate/deterministic.js';
import type { Baseline } from '../../src/model/baseline.js';
import type { RunResult } from '../../src/model/run-result.js';
import { loadHost } from '../../src/plan/host-file.js';
import { buildBaseline } from '../fixtures/baseline.js';
import { buildResult } from '../fixtures/result.js';
import { planOf } from '../support/plans.js';
import { simulate } from '../support/simulations.js';

const NONE: ReadonlySet<string> = new Set();

/** A baseline of these metrics, and a result whose work is changed. */
function judged(
  metric: string,
  work: Partial<RunResult['work']>,
  allowed: ReadonlySet<string> = NONE,
) {
  const baseline: Baseline = { ...buildBaseline(), deterministic: [metric] };
  const now = buildResult();
  const [check] = checkDeterministic(
    baseline,
    'linux-6.2',
    { ...now, work: { ...now.work, ...work } },
    allowed,
  );
  assert.ok(check);
  assert.equal(check.p, null);
  assert.equal(check.attempts, 1);
  return check;
}

test('the same to the digit is held', () => {
  const { verdict, baseline, now, ratio } = judged('work.nodesVisited', {});
  assert.deepEqual([verdict, baseline, now, ratio?.value], ['held', 36_000_000, 36_000_000, 1]);
});

test('a change of one in millions is a change, by the direction of its metric', () => {
  const { nodesVisited } = buildResult().work;
  const more = judged('work.nodesVisited', { nodesVisited: nodesVisited + 1 });
  const fewer = judged('work.nodesVisited', { nodesVisited: nodesVisited - 1 });
  const other = judged('work.connects', { connects: 1 });
  assert.deepEqual(
    [more.verdict, fewer.verdict, other.verdict],
    ['regressed', 'improved', 'changed'],
  );
  assert.equal(other.ratio, null, 'there is no ratio to none');
});

test('what is allowed passes, but only that', () => {
  const changed = { nodesVisited: 1, connects: 1 };
  const allowed = new Set(['work.nodesVisited']);
  assert.equal(judged('work.nodesVisited', changed, allowed).verdict, 'allowed');
  assert.equal(judged('work.connects', changed, allowed).verdict, 'changed');
  assert.equal(judged('work.optedOut', changed, allowed).verdict, 'held');
});

test('a figure that is gone is no pass', () => {
  const baseline = { ...buildBaseline(), deterministic: ['register.p50'] };
  const [check] = checkDeterministic(baseline, 'x', buildResult({ measuredRounds: 0 }), NONE);
  assert.equal(check?.verdict, 'changed');
  assert.equal(check?.now, null);
  assert.match(check?.reason ?? '', /there is no sample/);
});

test('on threads the counters that the result names are held, in a simulation every figure', async () => {
  assert.deepEqual(deterministicMetrics(buildResult()), [
    'work.registrations',
    'work.deregistrations',
  ]);
  const plan = planOf();
  const host = loadHost('laptop-8');
  const first = await simulate(plan, host);
  const metrics = deterministicMetrics(first);
  for (const metric of ['register.p50', 'register.max', 'lock.waitTotal', 'work.nodesVisited']) {
    assert.ok(metrics.includes(metric), metric);
  }
  const baseline = { deterministic: metrics, figures: first };
  const again = checkDeterministic(baseline, 'x', await simulate(plan, host), NONE);
  assert.equal(again.length, metrics.length);
  assert.ok(again.every(({ verdict }) => verdict === 'held'));
  const slow = await simulate({ ...plan, fault: { kind: 'slow-lock', factor: 1.01 } }, host);
  const slower = checkDeterministic(baseline, 'x', slow, NONE);
  const verdictOf = (name: string) => slower.find(({ metric }) => metric === name)?.verdict;
  assert.equal(verdictOf('register.mean'), 'regressed');
  assert.equal(verdictOf('work.registrations'), 'held');
});

test('of a run that was cut short nothing is deterministic', () => {
  const partial = buildResult({ measuredRounds: 3, replace: { deterministic: [] } });
  assert.deepEqual(deterministicMetrics(partial), []);
});
