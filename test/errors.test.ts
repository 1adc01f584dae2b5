import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, EXIT, machineError, messageOf, runError, usageError } from '../src/errors.js';

test('each kind of error has its exit code, and exit codes are told apart', () => {
  assert.deepEqual(
    [usageError('x'), runError('x'), machineError('x')].map(({ exitCode }) => exitCode),
    [2, 3, 6],
  );
  const codes = Object.values(EXIT);
  assert.equal(new Set(codes).size, codes.length);
});

test('the message of anything thrown is one line', () => {
  assert.equal(messageOf(new Error('first\nsecond')), 'first');
  assert.equal(messageOf('text'), 'text');
  assert.equal(messageOf(undefined), 'undefined');
});

test('only a string is an error code', () => {
  assert.equal(codeOf(Object.assign(new Error(), { code: 'ENOENT' })), 'ENOENT');
  for (const thrown of [null, 'ENOENT', new Error(), { code: 5 }]) {
    assert.equal(codeOf(thrown), undefined);
  }
});
