import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceGuide } from '../../src/system/trace-commands.js';
import { irqbench, linesOf } from './irqbench.js';

/** `irqbench trace` as its users run it. */

test('every line is a comment or a command, and each command is said what it measures', async () => {
  const { code, stdout, stderr } = await irqbench(['trace', '--kernel', '6.2.20']);
  assert.deepEqual([code, stderr], [0, '']);
  const lines = linesOf(stdout);
  for (const line of lines) assert.match(line, /^($|# \S|sudo \S|irqbench )/);
  assert.match(lines[0] as string, /^# Linux 6\.2\.20: two lists under one mutex/);
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('sudo ')) assert.match(lines[at - 1] as string, /^# /);
  }
  assert.match(stdout, /^sudo funclatency -d 60 irq_bypass_register_consumer$/m);
});

test('as JSON, with the duration that was asked for', async () => {
  const args = ['trace', '--kernel', '6.17.2', '--duration', '2m', '--format', 'json'];
  const { code, stdout } = await irqbench(args);
  assert.equal(code, 0);
  const guide = JSON.parse(stdout) as TraceGuide;
  assert.match(guide.manager, /xarrays/);
  for (const { command } of guide.commands) assert.match(command, /120/);
});

test('of the kernel that runs here, where it is Linux', async () => {
  const { code, stdout, stderr } = await irqbench(['trace']);
  if (process.platform === 'linux') {
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^# Linux \d/);
  } else {
    assert.equal(code, 6);
    assert.match(stderr, /--kernel/);
  }
});

for (const [args, message] of [
  [['--kernel', 'six'], /--kernel: "six" is no release; give one such as 6\.2\.20/],
  [['--duration', '1.5s'], /--duration.*Give whole seconds/],
  [['--duration', '0'], /--duration.*Give whole seconds/],
  [['extra'], /too many arguments/],
] as const) {
  test(`irqbench trace ${args.join(' ')}: one line and exit code 2`, async () => {
    const { code, stdout, stderr } = await irqbench(['trace', ...args]);
    assert.deepEqual([code, stdout, linesOf(stderr).length], [2, '', 1]);
    assert.match(stderr, message);
  });
}
