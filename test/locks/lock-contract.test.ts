import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOCKS } from '../../src/locks/lock.js';
import { BROKEN } from '../support/broken-locks.js';
import { checkCrowd, checkUncontended, lockContract, type Registry } from './lock-contract.js';

for (const [name, algorithm] of Object.entries(LOCKS)) {
  test(`${name} is registered under its name, with words of its own`, () => {
    assert.equal(algorithm.name, name);
    for (const threads of [1, 2, 20]) assert.ok(algorithm.words(threads) >= 1);
  });
  lockContract(algorithm);
}

/** The contract itself: it must not hold of a lock that is none. */

const registry: Registry = {
  url: new URL('../support/broken-locks.js', import.meta.url),
  exported: 'BROKEN',
};

for (const name of ['no-lock', 'look-then-store'] as const) {
  test(`the contract notices a lock that lets two in: ${name}`, () =>
    assert.rejects(
      checkCrowd(BROKEN[name], 4, 200, { registry, pauseEvery: 2 }),
      /found another inside|increments were lost/,
    ));
}

test('the contract notices a lost wake-up, and says who is stuck', () =>
  assert.rejects(
    checkCrowd(BROKEN['lost-wake-up'], 4, 200, { registry, pauseEvery: 2, limitMs: 1500 }),
    /lost-wake-up is stuck: sections done \d+,\d+,\d+,\d+, lock words/,
  ));

test('the contract notices words that are not left as they were', () =>
  assert.rejects(checkCrowd(BROKEN.untidy, 2, 10, { registry }), /zeros again/));

test('the contract notices contention that was none', () => {
  assert.throws(() => checkUncontended(BROKEN.complainer, registry), /contended/);
});
