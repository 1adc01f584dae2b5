import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOCKS } from '../../src/locks/lock.js';
import { checkHandOver } from './lock-contract.js';

/** What is the futex mutex's own: its three states, and a sleeper for each wake-up. */

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

test('the word tells whether it is held and whether somebody may sleep', async () => {
  // Whether the waiter is asleep when the release comes is up to the machine: until it was.
  for (let holdMs = 10; ; holdMs *= 4) {
    const states: number[] = [];
    const { parks, wakes } = await checkHandOver(LOCKS.mutex, holdMs, (word) => states.push(word));
    assert.deepEqual(states, [FREE, HELD, CONTENDED, FREE]);
    assert.equal(parks, wakes);
    if (parks === 1) return;
    assert.ok(holdMs < 5000, 'the waiter never slept');
  }
});
