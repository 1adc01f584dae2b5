import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateAnnotations } from '../../src/report/gate-github.js';
import { buildCheck, buildGate, CROSSED, hostileGate } from '../fixtures/gate.js';

test('an error for what fails, a warning for what is to be known, a notice for the better', () => {
  const lines = gateAnnotations(buildGate()).trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => line.slice(2, line.indexOf(' '))),
    ['error', 'error', 'error', 'warning', 'warning', 'warning', 'notice'],
  );
  assert.ok(
    lines.includes(
      '::error title=outside%3A register.p99 > base * 1.10 crossed::crossed: outside register.p99 > base * 1.10 (absolute): register.p99 is 2.31 ms, 1.21 ms (110 %25) more than 1.10 ms',
    ),
  );
});

test('a gate that passes has nothing to say', () => {
  const gate = buildGate({ checks: [buildCheck()], refused: [], warnings: [], accept: null });
  assert.equal(gateAnnotations(gate), '');
});

test('whatever a result has in it, a command is one line and its properties end where they should', () => {
  for (const line of gateAnnotations(hostileGate()).trimEnd().split('\n')) {
    assert.match(line, /^::(error|warning|notice) title=[^:,\r\n]*::[^\r\n]*$/);
    assert.doesNotMatch(line, /%(?!25|0D|0A|3A|2C)/);
  }
});

test('GitHub shows ten of a level, so the tenth says how many there are besides', () => {
  const gate = buildGate({
    checks: Array.from({ length: 25 }, () => CROSSED),
    refused: [],
    warnings: [],
  });
  const lines = gateAnnotations(gate).trimEnd().split('\n');
  assert.equal(lines.length, 10);
  assert.equal(lines.at(-1), '::error title=irqbench gate::and 16 more');
});
