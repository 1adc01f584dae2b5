import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VerifyResult } from '../../src/model/verify-result.js';
import { type Exploration, runTrials } from '../../src/verify/session.js';
import { planGrace } from './mutants/grace.js';
import { LOCK_MUTANTS } from './mutants/locks.js';
import { MANAGER_MUTANTS, type ManagerMutant } from './mutants/managers.js';
import { MUTANTS, verifyManager } from './mutants.js';

/** Every manager with a mistake is found out, by every explorer, and the shipped one is not. */

const EXPLORATION: Exploration = {
  preemptions: 2,
  explorer: 'dfs',
  budget: { ms: null, schedules: 20_000, text: '2e4' },
  seed: 1,
  spurious: false,
};
const WAYS: readonly Partial<Exploration>[] = [
  {},
  { reduces: false },
  { explorer: 'pct' },
  { explorer: 'random' },
];

for (const mutant of MUTANTS.filter(({ name }) => !(name in LOCK_MUTANTS))) {
  test(`${mutant.name} is found out, whichever way schedules are chosen`, async () => {
    for (const way of WAYS) {
      const { violation } = await mutant.verify({ ...EXPLORATION, ...way });
      const found = `${JSON.stringify(way)}: ${violation?.kind}: ${violation?.message}`;
      assert.ok(violation !== null && mutant.kinds.includes(violation.kind), found);
    }
  });
}

for (const [name, mutant] of Object.entries<ManagerMutant>(MANAGER_MUTANTS)) {
  test(`${name}: its schedule shows it again, and nothing is found without the mistake`, async () => {
    const { violation } = await verifyManager(mutant, EXPLORATION);
    assert.ok(violation !== null);
    const again = await verifyManager(mutant, EXPLORATION, { replay: violation.replay });
    assert.deepEqual(again.violation?.trace, violation.trace);
    assert.equal(again.violation?.message, violation.message);
    assertSound(await verifyManager(mutant, EXPLORATION, { isMistaken: false }));
  });
}

test('a grace period outside of the mutex ends', async () => {
  const { signal } = new AbortController();
  assertSound(await runTrials([await planGrace([])], EXPLORATION, signal, () => {}));
});

function assertSound({ trials, violation }: Pick<VerifyResult, 'trials' | 'violation'>): void {
  assert.equal(violation, null, violation?.message);
  assert.deepEqual(
    trials.map(({ ending }) => ending),
    ['exhausted'],
  );
}
