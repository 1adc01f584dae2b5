import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateResultOf, type Held } from '../../src/gate/findings.js';
import { fingerprintOf } from '../../src/gate/fingerprint.js';
import { type GateTerms, holdResult, prospectOf } from '../../src/gate/gate.js';
import type { Subject } from '../../src/gate/hold.js';
import { readThresholds } from '../../src/gate/thresholds.js';
import { type GateCheck, gateResultSchema } from '../../src/model/gate-result.js';
import { spellCompared } from '../../src/plan/spell-plan.js';
import { type BaselineOptions, buildBaseline } from '../fixtures/baseline.js';
import { buildCheck } from '../fixtures/gate.js';
import { buildResult, ENVIRONMENT, PLAN } from '../fixtures/result.js';
import { refused } from '../plan/refused.js';

const THRESHOLD = { text: 'audit.damage > 0', where: '--fail-if' };

function terms(options: BaselineOptions = {}, thresholds = [] as (typeof THRESHOLD)[]): GateTerms {
  return {
    baseline: { file: 'base.json', content: buildBaseline(options) },
    thresholds: readThresholds(thresholds, true),
    allowed: new Set(),
    spell: spellCompared,
  };
}

const HERE: Subject = {
  backend: 'threads',
  host: null,
  plan: PLAN,
  clock: { machine: fingerprintOf(ENVIRONMENT), yardstick: 1 },
};
const ELSEWHERE: Subject = {
  ...HERE,
  clock: { machine: fingerprintOf({ ...ENVIRONMENT, node: 'v22.0.0' }), yardstick: 1 },
};

test('on the same machine all of a baseline is held', () => {
  assert.deepEqual(prospectOf(terms(), HERE), {
    refused: [],
    isDeterministicHeld: true,
    isClockHeld: true,
  });
});

test('on another machine, or with another yardstick, the clock is refused and the rest is held', () => {
  const other = prospectOf(terms(), ELSEWHERE);
  assert.equal(other.isDeterministicHeld, true);
  assert.equal(other.isClockHeld, false);
  assert.deepEqual(other.refused, [
    {
      evidence: 'statistical',
      differences: ['Node is v20.19.0 in the baseline, v22.0.0 here'],
    },
  ]);
  const clock = { machine: fingerprintOf(ENVIRONMENT), yardstick: 2 };
  assert.deepEqual(prospectOf(terms(), { ...HERE, clock }).refused, [
    {
      evidence: 'statistical',
      differences: ['the yardstick is version 1 in the baseline, 2 here'],
    },
  ]);
  const [saved] = prospectOf(terms(), { ...HERE, clock: null }).refused;
  assert.deepEqual(saved?.differences, ['a saved result was not measured beside a yardstick']);
});

test('of another plan nothing is held: an error, unless thresholds are left', () => {
  const otherPlan = { ...HERE, plan: { ...PLAN, vms: 400 } };
  assert.equal(
    refused(() => prospectOf(terms(), otherPlan)),
    '--baseline base.json: nothing of it can be held: --vms is 800 in the baseline, 400 here',
  );
  const { refused: both } = prospectOf(terms({}, [THRESHOLD]), otherPlan);
  assert.deepEqual(
    both.map(({ evidence }) => evidence),
    ['deterministic', 'statistical'],
  );
  assert.match(
    refused(() => prospectOf(terms(), { ...HERE, plan: null })),
    /what was run is not known/,
  );
});

test('a baseline of the clock alone has nothing left elsewhere', () => {
  const clockAlone = terms();
  const content = { ...buildBaseline(), deterministic: [] };
  const only = { ...clockAlone, baseline: { file: 'base.json', content } };
  assert.match(
    refused(() => prospectOf(only, ELSEWHERE)),
    /nothing of it can be held: Node is v20/,
  );
});

test('a run that was cut short is held to nothing, so that nothing passes', () => {
  const prospect = prospectOf(terms(), HERE);
  const cut = buildResult({ measuredRounds: 2 });
  const found = holdResult(terms({}, [THRESHOLD]), prospect, {
    label: 'x',
    file: null,
    result: cut,
  });
  assert.deepEqual(found, { checks: [], untold: [] });
});

test('deterministic evidence and thresholds are held side by side', () => {
  const result = buildResult();
  const of = terms({}, [THRESHOLD]);
  const { checks, untold } = holdResult(of, prospectOf(of, HERE), {
    label: 'linux-6.2',
    file: null,
    result,
  });
  assert.deepEqual(untold, []);
  assert.deepEqual(
    checks.map(({ evidence, metric, verdict }) => [evidence, metric, verdict]),
    [
      ['deterministic', 'work.registrations', 'held'],
      ['deterministic', 'work.deregistrations', 'held'],
      ['absolute', 'audit.damage > 0', 'held'],
    ],
  );
});

function found(checks: GateCheck[], changes: Partial<Held> = {}): Held {
  return {
    label: 'linux-6.2',
    file: null,
    result: buildResult(),
    prospect: prospectOf(terms(), HERE),
    checks,
    untold: [],
    failure: null,
    partial: false,
    ...changes,
  };
}

test('a result passes where it is whole and no check fails', () => {
  const outcome = (held: Held) => {
    const result = gateResultSchema.parse(gateResultOf([held], 'base.json', 'irqbench gate …'));
    return [result.passed, result.accept !== null] as const;
  };
  assert.deepEqual(outcome(found([buildCheck()])), [true, false]);
  assert.deepEqual(outcome(found([buildCheck({ verdict: 'improved' })])), [true, true]);
  assert.deepEqual(outcome(found([buildCheck({ verdict: 'allowed' })])), [true, true]);
  assert.deepEqual(outcome(found([buildCheck({ verdict: 'regressed' })])), [false, true]);
  const crossed = buildCheck({ evidence: 'absolute', verdict: 'crossed' });
  assert.deepEqual(outcome(found([crossed])), [false, false], 'a threshold is in no baseline');
  assert.deepEqual(outcome(found([], { partial: true })), [false, false]);
  assert.deepEqual(outcome(found([], { failure: 'burst VM 3 died' })), [false, false]);
});

test('refusals of several results are told once', () => {
  const refusedOf = (difference: string) => ({
    refused: [{ evidence: 'statistical' as const, differences: ['both', difference] }],
    isDeterministicHeld: true,
    isClockHeld: false,
  });
  const held = [found([], { prospect: refusedOf('a') }), found([], { prospect: refusedOf('b') })];
  assert.deepEqual(gateResultOf(held, 'base.json', null).refused, [
    { evidence: 'statistical', differences: ['both', 'a', 'b'] },
  ]);
});
