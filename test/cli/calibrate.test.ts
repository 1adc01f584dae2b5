import assert from 'node:assert/strict';
import { test } from 'node:test';
import { irqbench } from './irqbench.js';

test('calibrate refuses what is no place for a profile before it measures', async () => {
  for (const [args, expected] of [
    [['--output', 'mine.json'], /--output mine\.json: is a profile, which is YAML; give a file/],
    [['--name', 'a b'], /--name: give letters, digits, dots, dashes and underscores$/],
  ] as const) {
    const { code, stdout, stderr } = await irqbench(['calibrate', ...args]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr.trimEnd(), expected);
  }
});
