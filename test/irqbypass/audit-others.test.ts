import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditBypass } from '../../src/irqbypass/audit.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken } from '../support/token.js';

/** An audit that is told exactly who must be registered. */

for (const index of ['list', 'xarray'] as const) {
  test(`${index}: those and nobody else`, () => {
    const rig = new BypassRig({ index, consumers: 3, producers: 2 });
    rig.registerConsumer(rig.consumer(1), eventfdToken(1));
    rig.registerProducer(rig.producer(0), eventfdToken(0));
    const audit = (consumers: readonly number[], producers: readonly number[]) =>
      auditBypass(rig.memory, rig.layout, rig.algorithms, {
        backgroundConsumers: 0,
        backgroundProducers: 0,
        others: { consumers: new Set(consumers), producers: new Set(producers) },
      }).findings;
    assert.deepEqual(audit([1], [0]), []);
    assert.deepEqual(audit([1, 2], [0]), ['consumer 2 is registered and in no index']);
    assert.deepEqual(audit([1], []), ['producer 0 is not registered and in the index']);
  });
}
