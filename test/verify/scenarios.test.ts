import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EBUSY, EINVAL, EIO, ENOMEM } from '../../src/irqbypass/errno.js';
import { listScenarios, loadScenario } from '../../src/plan/scenario-file.js';
import { DepthFirst } from '../../src/verify/dfs.js';
import type { ManagerProgram } from '../../src/verify/manager-program.js';
import { ManagerWorld } from '../../src/verify/manager-world.js';
import { reachOf } from './reach.js';
import { strategyOf } from './strategies.js';

/** What a search of the packaged scenarios comes to: all that plain search does, and all they are for. */

const OPTIONS = { spurious: false, maxSteps: 10_000 };

for (const text of ['linux-6.2', 'linux-6.17', 'rwsem', 'sharded', 'outside,scope=token:1']) {
  test(`${text}: the reduced search comes to all that plain search comes to`, async () => {
    const world = await ManagerWorld.load(strategyOf(text));
    for (const scenario of listScenarios()) {
      // Plain search of all four would take minutes.
      if (scenario.threads.length === 4) continue;
      const bound = scenario.threads.length === 2 ? 2 : 1;
      const [plain, reduced] = [false, true].map((reduces) =>
        reachOf(world.machineFor(scenario, OPTIONS), bound, reduces),
      );
      assert.deepEqual([plain?.kind, reduced?.kind], [null, null], scenario.name);
      assert.deepEqual(reduced?.places, plain?.places, scenario.name);
    }
  });
}

/** All that registrations returned in a search of a scenario, and the deeds of callbacks. */
async function outcomesOf(text: string, name: string): Promise<string[]> {
  const world = await ManagerWorld.load(strategyOf(text));
  const machine = world.machineFor(loadScenario(name), OPTIONS);
  const { oracle } = machine.program as ManagerProgram;
  const seen = new Set<string>();
  const returned = oracle.returned.bind(oracle);
  oracle.returned = (thread, call, error) => {
    if (call.verb === 'register') seen.add(String(error));
    return returned(thread, call, error);
  };
  const left = oracle.left.bind(oracle);
  oracle.left = (thread) => {
    const { callback, error } = oracle.eventOf(thread);
    seen.add(error === 0 ? callback : `${callback} fails`);
    return left(thread);
  };
  assert.equal(
    new DepthFirst(machine, 1).explore(() => false),
    'done',
  );
  return [...seen].sort();
}

const CONNECTS = ['add', 'del', 'start', 'stop'];
const OUTCOMES: readonly (readonly [string, string, readonly string[]])[] = [
  ['linux-6.17', 'two-consumers', ['0', -EBUSY].map(String)],
  ['outside', 'consumer-producer', ['0', ...CONNECTS]],
  ['linux-6.2', 'consumer-add-fails', ['0', `${-EIO}`, 'add fails', ...CONNECTS]],
  ['outside', 'producer-add-fails', ['0', '-19', 'add fails', 'start', 'stop']],
  ['outside', 'missing-callbacks', ['0', `${-EINVAL}`, 'add', 'del']],
  [
    'outside',
    'duplicate-while-connecting',
    ['0', -EBUSY, -EIO, 'add fails', ...CONNECTS].map(String),
  ],
  ['linux-6.17', 'out-of-arena', ['0', `${-ENOMEM}`]],
  ['outside', 'out-of-arena', ['0', `${-ENOMEM}`, ...CONNECTS]],
  ['linux-6.2', 'out-of-arena', ['0', ...CONNECTS]],
  ['outside', 'token-reuse', ['0', ...CONNECTS]],
  ['linux-6.17', 'parameter-off', ['0', ...CONNECTS]],
  ['kconfig-off', 'consumer-producer', []],
  ['param-off', 'consumer-producer', ['0']],
];
for (const [text, name, expected] of OUTCOMES) {
  test(`${text}, ${name}: threads come to all that the scenario is for`, async () => {
    assert.deepEqual(await outcomesOf(text, name), [...expected].sort());
  });
}
