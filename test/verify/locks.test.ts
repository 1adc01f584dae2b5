import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LOCKS } from '../../src/locks/lock.js';
import { hasSharedMode, type LockTrial } from '../../src/verify/lock-program.js';
import { type VerifyRequest, verifyLock } from '../../src/verify/verify-lock.js';
import { scratchFolder } from '../cli/irqbench.js';
import { LOCK_MUTANTS, lockMutantNames, lockMutantPath } from './mutants/locks.js';
import { reachOfLock } from './reach.js';

/** Every lock of the registry under the checker, and every mutant; with the reduction and without. */

const PAIR: LockTrial = {
  threads: 2,
  acquisitions: 2,
  mode: 'exclusive',
  nodes: 1,
  isOwn: false,
};
const REQUEST: VerifyRequest = {
  lock: '',
  threads: 3,
  acquisitions: 2,
  preemptions: 2,
  explorer: 'dfs',
  budget: { ms: null, schedules: 1e6, text: '1e6' },
  seed: 1,
  spurious: false,
  replay: null,
};
const TEMPLATE = fileURLToPath(new URL('../../../workloads/templates/lock.mjs', import.meta.url));

const verify = (request: Partial<VerifyRequest>) =>
  verifyLock({ ...REQUEST, ...request }, new AbortController().signal);

for (const lock of [...Object.keys(LOCKS), TEMPLATE]) {
  test(`${lock.split('/').at(-1)}: no violation among three threads with two preemptions`, async () => {
    const acquisitions = lock === 'linux-mutex' ? 1 : 2;
    const result = await verify({ lock, acquisitions });
    assert.equal(result.violation, null);
    for (const trial of result.trials) {
      assert.deepEqual([trial.ending, trial.covered], ['exhausted', 2], trial.name);
    }
  });
}

for (const [name, algorithm] of Object.entries(LOCKS)) {
  const trials: LockTrial[] = [PAIR, { ...PAIR, threads: 3, acquisitions: 1 }];
  if (hasSharedMode(algorithm)) trials.push({ ...PAIR, mode: 'mixed' });
  if (algorithm.order === 'node-fifo') trials.push({ ...PAIR, nodes: 2 });
  for (const trial of trials) {
    const { threads, acquisitions, mode, nodes } = trial;
    test(`${name}: the reduced search comes to all that plain search comes to (${threads}x${acquisitions} ${mode}, ${nodes} nodes)`, async () => {
      const bound = threads === 2 ? 2 : 1;
      const [plain, reduced] = [
        await reachOfLock(name, trial, bound, false),
        await reachOfLock(name, trial, bound, true),
      ];
      assert.deepEqual([plain.kind, reduced.kind], [null, null]);
      assert.deepEqual(reduced.places, plain.places);
    });
  }
}

test('threads are taken for interchangeable where their numbers are names, and not where they are more', async () => {
  const { trials } = await verify({ lock: 'cna', preemptions: 0 });
  assert.deepEqual(
    trials.map(({ name, threadsInterchangeable }) => [name, threadsInterchangeable]),
    [
      ['exclusive', true],
      ['two NUMA nodes', false],
    ],
  );
});

test('a lock that treats one thread otherwise is noticed, and searched from every beginning', async () => {
  const lock = join(scratchFolder(), 'favours.mjs');
  writeFileSync(
    lock,
    `export const name = 'favours';
export const words = 1;
export const createLock = ({ memory, at, sync }) => ({
  acquire(self) {
    if (self === 0 && Atomics.load(memory, at) === 1) Atomics.load(memory, at);
    while (Atomics.exchange(memory, at, 1) !== 0) sync.spinWhile(memory, at, 1);
  },
  release() {
    Atomics.store(memory, at, 0);
  },
});
`,
  );
  const { trials, violation } = await verify({ lock });
  assert.equal(violation, null);
  assert.deepEqual(
    trials.map(({ threadsInterchangeable }) => threadsInterchangeable),
    [false],
  );
});

for (const name of lockMutantNames) {
  const kinds: readonly string[] = LOCK_MUTANTS[name].kinds;
  const lock = lockMutantPath(name);
  test(`${name} is found out, and its schedule shows it again`, async () => {
    const { violation } = await verify({ lock, preemptions: 3 });
    assert.ok(violation !== null);
    assert.ok(kinds.includes(violation.kind), violation.kind);
    if (violation.kind === 'not deterministic') return;
    const again = await verify({ lock, replay: violation.replay });
    assert.deepEqual(again.violation?.trace, violation.trace);
    assert.equal(again.violation?.message, violation.message);
  });
  test(`${name}: the reduced search and plain search agree at two threads`, async () => {
    const trial = { ...PAIR, isOwn: true };
    const [plain, reduced] = [
      await reachOfLock(lock, trial, 2, false),
      await reachOfLock(lock, trial, 2, true),
    ];
    assert.equal(reduced.kind === null, plain.kind === null, `${reduced.kind}, ${plain.kind}`);
  });
}

for (const explorer of ['pct', 'random'] as const) {
  test(`${explorer} finds a lost wake-up, with a schedule as short as the search's`, async () => {
    const lock = lockMutantPath('store-before-look');
    const budget = { ms: null, schedules: 2000, text: '2000' };
    const { violation, trials } = await verify({ lock, explorer, budget });
    assert.equal(violation?.kind, 'lost wake-up');
    assert.equal(violation?.preemptions, 1);
    assert.equal(trials[0]?.states, null);
  });
}

test('a budget ends a search, which says how far it came', async () => {
  const budget = { ms: null, schedules: 50, text: '50' };
  const { trials, violation } = await verify({ lock: 'mcs-park', budget });
  assert.equal(violation, null);
  assert.deepEqual(
    trials.map(({ ending, schedules, isBounded }) => [ending, schedules, isBounded]),
    [['budget', 50, true]],
  );
});

test('the same request has the same result', async () => {
  const untimed = async (request: Partial<VerifyRequest>) => {
    const { trials, ...rest } = await verify(request);
    return { ...rest, trials: trials.map((trial) => ({ ...trial, seconds: 0 })) };
  };
  for (const lock of ['mutex', lockMutantPath('two-state')])
    assert.deepEqual(await untimed({ lock }), await untimed({ lock }));
});
