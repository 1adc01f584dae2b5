import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadState } from '../../src/verify/thread.js';

test('looks of an earlier schedule are not taken for those of this one', () => {
  const thread = new ThreadState(0);
  const lookAt = (site: number) => {
    thread.site = site;
    thread.noteLook(0);
  };
  for (const site of [1, 2, 3]) lookAt(site);
  thread.forgetLooks();
  // A repetition between two that are new.
  for (const site of [1, 1, 4]) lookAt(site);
  for (const [site, isKnown] of [
    [1, true],
    [2, false],
    [4, true],
  ] as const) {
    thread.site = site;
    assert.equal(thread.hasLooked(0), isKnown, `${site}`);
  }
});
