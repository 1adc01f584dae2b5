import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { openDescriptors, openFileLimit, systemFiles } from '../../src/system/limits.js';

const skip = process.platform !== 'linux' && 'only Linux tells';

test('a descriptor more is counted, and gone when it is closed', { skip }, () => {
  const before = openDescriptors() as number;
  const fd = openSync('/proc/self/status', 'r');
  assert.equal(openDescriptors(), before + 1);
  closeSync(fd);
  assert.equal(openDescriptors(), before);
});

test('the limits are those of the system', { skip }, () => {
  assert.ok((openFileLimit() ?? 0) > (openDescriptors() as number));
  const { limit, open } = systemFiles() ?? { limit: 0, open: 1 };
  assert.ok(limit >= open && open > 0);
});
