import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeManager, isSince, managerOf, parseRelease } from '../../src/system/kernel.js';

test('releases as distributions write them', () => {
  for (const [release, major, minor] of [
    ['6.2.20', 6, 2],
    ['6.17.0-rc1+', 6, 17],
    ['5.15.0-1053-aws', 5, 15],
    ['4.18.0-553.el8_10.x86_64', 4, 18],
    [' 6.18 ', 6, 18],
  ] as const) {
    assert.deepEqual(parseRelease(release), { major, minor }, release);
  }
});

test('text that is no release is none', () => {
  for (const text of ['', 'six', '6', 'v6.2', '6.', '6.12345', '-6.2']) {
    assert.equal(parseRelease(text), undefined, text);
  }
});

test('the manager is of its version: none, lists, xarrays', () => {
  for (const [release, manager] of [
    ['4.3.6', 'none'],
    ['4.4.0', 'list'],
    ['6.2.20', 'list'],
    ['6.16.12', 'list'],
    ['6.17.0', 'xarray'],
    ['7.0.1', 'xarray'],
  ] as const) {
    const version = parseRelease(release);
    assert.ok(version);
    assert.equal(managerOf(version), manager, release);
    assert.match(describeManager(version), /\S/);
  }
  assert.match(describeManager({ major: 6, minor: 12 }), /backport/);
});

test('versions are ordered as numbers, not as text', () => {
  const version = fc.record({ major: fc.nat({ max: 9 }), minor: fc.nat({ max: 99 }) });
  fc.assert(
    fc.property(version, version, (a, b) => {
      assert.equal(isSince(a, b), a.major * 1000 + a.minor >= b.major * 1000 + b.minor);
    }),
  );
});
