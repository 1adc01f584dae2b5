import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PARTNER, setToken } from '../../src/irqbypass/objects.js';
import { NODE } from '../../src/irqbypass/xarray-node.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken, halves } from '../support/token.js';

/** Damage that the audit must find, and once did not. */

function host(index: 'list' | 'xarray'): BypassRig {
  const rig = new BypassRig({ index, consumers: 4, producers: 3 });
  for (let i = 0; i < 3; i++) rig.registerConsumer(rig.consumer(i), eventfdToken(i));
  for (let i = 0; i < 2; i++) rig.registerProducer(rig.producer(i), eventfdToken(i));
  assert.equal(rig.audit(3, 2).damage, 0);
  return rig;
}

function assertFound(rig: BypassRig, finding: RegExp): void {
  const { findings } = rig.audit(3, 2);
  assert.ok(
    findings.some((text) => finding.test(text)),
    `not among the findings: [${findings.join('; ')}]`,
  );
}

for (const index of ['list', 'xarray'] as const) {
  test(`${index}: a producer that has forgotten its partner, who remembers it`, () => {
    const rig = host(index);
    rig.words[rig.producer(1) + PARTNER] = 0;
    assertFound(rig, /producer 1/);
  });

  test(`${index}: a consumer that left with its partner remembered`, () => {
    const rig = host(index);
    rig.words[rig.consumer(3) + PARTNER] = rig.producer(1);
    assertFound(rig, /consumer 3/);
  });
}

test('list: two entries under one token', () => {
  const rig = host('list');
  const { hi, lo } = halves(eventfdToken(0));
  rig.words[rig.consumer(0) + PARTNER] = 0;
  rig.manager.unregisterProducer(rig.producer(0));
  setToken(rig.words, rig.consumer(2), hi, lo);
  assertFound(rig, /token/);
});

test('list: a background consumer under another token than its eventfd', () => {
  const rig = host('list');
  const { hi, lo } = halves(eventfdToken(77));
  setToken(rig.words, rig.consumer(2), hi, lo);
  assertFound(rig, /consumer 2/);
});

test('xarray: a token kept by what is not in the tree', () => {
  const rig = host('xarray');
  setToken(rig.words, rig.consumer(3), 1, 64);
  assertFound(rig, /consumer 3/);
});

for (const shift of [0x7fff_ffff, 1 << 20]) {
  test(`xarray: a root with the shift ${shift}, in words of a sane length`, () => {
    const rig = host('xarray');
    const root = -(rig.words[rig.table.consumersHead] as number);
    rig.words[root + NODE.SHIFT] = shift;
    assertFound(rig, /shift/);
    for (const text of rig.audit(3, 2).findings) assert.ok(text.length < 200);
  });
}
