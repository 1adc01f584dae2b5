import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listScenarios, loadScenario } from '../../src/plan/scenario-file.js';
import { readScenarioReplay } from '../../src/verify/replay.js';
import { type VerifyStrategyRequest, verifyStrategy } from '../../src/verify/verify-strategy.js';
import { editorOf } from '../support/edit.js';
import { MANAGER_MUTANTS } from './mutants/managers.js';
import { labelOf, STRATEGIES, strategyOf } from './strategies.js';

/** Every strategy on every scenario under the checker, and what it says of one that is wrong. */

const REQUEST: Omit<VerifyStrategyRequest, 'strategy' | 'strategyText'> = {
  scenarios: [],
  stepsLocks: false,
  preemptions: 2,
  explorer: 'dfs',
  budget: { ms: null, schedules: 1e5, text: '1e5' },
  seed: 1,
  spurious: false,
  replay: null,
};

const verify = (text: string, request: Partial<VerifyStrategyRequest>) =>
  verifyStrategy(
    { ...REQUEST, strategy: strategyOf(text), strategyText: text, ...request },
    new AbortController().signal,
  );

for (const text of STRATEGIES) {
  test(`${labelOf(text)}: no violation in any scenario`, async () => {
    const all = listScenarios();
    const [pairs, others] = [true, false].map((isPair) =>
      all.filter(({ threads }) => (threads.length === 2) === isPair),
    );
    for (const [scenarios = [], preemptions] of [
      [pairs, 2],
      [others, 1],
    ] as const) {
      const { trials, violation } = await verify(text, { scenarios, preemptions });
      assert.equal(violation, null, violation?.message);
      assert.equal(trials.length, scenarios.length);
      for (const { name, ending, covered } of trials)
        assert.deepEqual([ending, covered], ['exhausted', preemptions], name);
    }
  });
}

for (const text of ['linux-6.2', 'rwsem', 'outside']) {
  test(`${text}: no violation where its locks are stepped through as well`, async () => {
    const scenarios = [loadScenario('unregister-during-connect')];
    const { trials, violation, locks } = await verify(text, { scenarios, stepsLocks: true });
    assert.equal(violation, null, violation?.message);
    assert.equal(locks, 'step by step');
    for (const { ending } of trials) assert.equal(ending, 'exhausted');
  });
}

const MISTAKE = { edit: editorOf(MANAGER_MUTANTS['no-start'].edits) };

test('what a module was changed to is what is explored; its schedule shows the violation again', async () => {
  const scenarios = [loadScenario('consumer-producer'), loadScenario('consumer-add-fails')];
  for (const text of ['linux-6.2', 'outside']) {
    const { trials, violation } = await verify(text, { scenarios, mistake: MISTAKE });
    assert.deepEqual(
      trials.map(({ ending }) => ending),
      ['exhausted', 'violation'],
    );
    assert.ok(violation !== null);
    assert.equal(violation.kind, 'callback order');
    const replay = readScenarioReplay(violation.replay);
    const again = await verify(text, { scenarios: scenarios.slice(1), mistake: MISTAKE, replay });
    assert.deepEqual(again.violation?.trace, violation.trace);
    const shipped = await verify(text, { scenarios: scenarios.slice(1), replay });
    assert.equal(shipped.violation, null);
    assert.equal(shipped.trials[0]?.ending, 'replayed');
  }
});

test('a schedule of another strategy, or of another scenario, is refused', async () => {
  const scenarios = [loadScenario('two-consumers')];
  const replay = readScenarioReplay('two-consumers@0000:a');
  await assert.rejects(
    verify('outside', { scenarios, replay }),
    /is of another strategy, or the sc/,
  );
  const other = readScenarioReplay('neighbours@0000:a');
  await assert.rejects(
    verify('outside', { scenarios, replay: other }),
    /not of two-consumers; give/,
  );
});

test('the same request has the same result', async () => {
  const untimed = async (text: string) => {
    const { trials, ...rest } = await verify(text, { scenarios: [loadScenario('out-of-arena')] });
    return { ...rest, trials: trials.map((trial) => ({ ...trial, seconds: 0 })) };
  };
  assert.deepEqual(await untimed('outside'), await untimed('outside'));
});
