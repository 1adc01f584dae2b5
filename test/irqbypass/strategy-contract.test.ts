import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { allCombinations, ContractCrew } from './strategy-contract.js';

/** One seed each; `npm run soak` does many. */
const SEED = 1;

const crew = new ContractCrew();
after(() => crew.dismiss());

for (const combination of allCombinations()) {
  test(`${combination.name}: many threads on few tokens`, async () => {
    const { violations, connects, failures, refusals } = await crew.run(combination, SEED);
    assert.deepEqual(violations, []);
    // Otherwise nothing was tried.
    assert.ok(connects > 20, `${connects} connects`);
    assert.ok(failures > 0, 'no connect failed');
    assert.ok(refusals > 20, `${refusals} duplicates`);
  });
}
