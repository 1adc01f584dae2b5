import assert from 'node:assert/strict';
import { EXIT, IrqbenchError } from '../../src/errors.js';

/** The message of the usage error that `action` must throw: one printable line, exit code 2. */
export function refused(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    if (!(thrown instanceof IrqbenchError)) throw thrown;
    assert.equal(thrown.exitCode, EXIT.usage);
    assert.doesNotMatch(thrown.message, /[\p{Cc}\p{Zl}\p{Zp}]/u);
    return thrown.message;
  }
  return assert.fail('nothing was refused');
}
