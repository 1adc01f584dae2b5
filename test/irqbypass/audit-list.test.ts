import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEXT, PARTNER, PREV, setToken } from '../../src/irqbypass/objects.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken, halves } from '../support/token.js';

/**
 * A host of six consumers and three producers of background VMs, producers 0 and 1 connected, in
 * lists; one object more of each kind that is the burst's. From the head: consumers 5 … 0.
 */
function listHost(): BypassRig {
  const rig = new BypassRig({ index: 'list', consumers: 7, producers: 4 });
  for (let i = 0; i < 6; i++)
    assert.equal(rig.registerConsumer(rig.consumer(i), eventfdToken(i)), 0);
  for (const [i, token] of [0, 1, 50].entries()) {
    assert.equal(rig.registerProducer(rig.producer(i), eventfdToken(token)), 0);
  }
  return rig;
}

const audit = (rig: BypassRig) => rig.audit(6, 3);

test('a list host in order has no findings', () => {
  assert.deepEqual(audit(listHost()), { damage: 0, findings: [] });
});

const damages: {
  readonly name: string;
  readonly damage: (rig: BypassRig) => void;
  readonly finding: RegExp;
}[] = [
  {
    name: 'a held lock',
    damage: (rig) => {
      rig.words[rig.table.lockAt] = 1;
    },
    finding: /^the lock is still held$/,
  },
  {
    name: 'a write through a null link',
    damage: (rig) => {
      rig.words[PREV] = rig.consumer(0);
    },
    finding: /^the null object was written to \(word 1\)$/,
  },
  {
    name: 'a broken back link',
    damage: (rig) => {
      rig.words[rig.consumer(3) + PREV] = rig.consumer(5);
    },
    finding: /^consumer 3 does not link back to its predecessor$/,
  },
  {
    name: 'a head that does not link back',
    damage: (rig) => {
      rig.words[rig.table.consumersHead + PREV] = rig.consumer(1);
    },
    finding: /^the consumer list's head does not link back to its last entry$/,
  },
  {
    name: 'a link past an entry',
    damage: (rig) => {
      rig.words[rig.consumer(4) + NEXT] = rig.consumer(2);
    },
    finding: /^consumer 3 of a background VM is gone$/,
  },
  {
    name: 'a lost consumer',
    damage: (rig) => rig.manager.unregisterConsumer(rig.consumer(4)),
    finding: /^consumer 4 of a background VM is gone$/,
  },
  {
    name: 'a lost producer',
    damage: (rig) => rig.manager.unregisterProducer(rig.producer(2)),
    finding: /^producer 2 of a background VM is gone$/,
  },
  {
    name: 'a consumer left behind',
    damage: (rig) => rig.registerConsumer(rig.consumer(6), eventfdToken(6)),
    finding: /^consumer 6 of a burst VM was left behind$/,
  },
  {
    name: 'a producer left behind',
    damage: (rig) => rig.registerProducer(rig.producer(3), eventfdToken(60)),
    finding: /^producer 3 of a burst VM was left behind$/,
  },
  {
    name: 'a circle that does not come back to the head',
    damage: (rig) => {
      rig.words[rig.consumer(1) + NEXT] = rig.consumer(4);
    },
    finding: /^the consumer list cannot be walked to its end$/,
  },
  {
    name: 'a link to the null object',
    damage: (rig) => {
      rig.words[rig.consumer(2) + NEXT] = 0;
    },
    finding: /^consumer index has an entry that is no consumer: 0$/,
  },
  {
    name: 'a link into the middle of an object',
    damage: (rig) => {
      rig.words[rig.consumer(2) + NEXT] = rig.consumer(1) + 4;
    },
    finding: /^consumer index has an entry that is no consumer: \d+$/,
  },
  {
    name: 'a link out of the memory',
    damage: (rig) => {
      rig.words[rig.table.producersHead + NEXT] = 0x7fff_ffff;
    },
    finding: /^producer index has an entry that is no producer: 2147483647$/,
  },
  {
    name: 'a producer among the consumers',
    damage: (rig) => {
      rig.words[rig.consumer(0) + NEXT] = rig.producer(0);
    },
    finding: /^consumer index has an entry that is no consumer: \d+$/,
  },
  {
    name: 'an entry without a token',
    damage: (rig) => setToken(rig.words, rig.consumer(2), 0, 0),
    finding: /^consumer 2 is in the list without a token$/,
  },
  {
    name: 'a consumer that has forgotten its partner',
    damage: (rig) => {
      rig.words[rig.consumer(1) + PARTNER] = 0;
    },
    finding: /^consumer 1 and producer 1 share a token and are not connected$/,
  },
  {
    name: 'a producer connected to another’s consumer',
    damage: (rig) => {
      rig.words[rig.producer(1) + PARTNER] = rig.consumer(0);
    },
    finding: /^producer 1 is connected to consumer 0, which does not know it$/,
  },
  {
    name: 'a producer connected to a consumer that left',
    damage: (rig) => {
      rig.words[rig.producer(2) + PARTNER] = rig.consumer(6);
    },
    finding: /^producer 2 has a partner that is no registered consumer$/,
  },
  {
    name: 'a consumer whose partner left',
    damage: (rig) => {
      rig.words[rig.consumer(5) + PARTNER] = rig.producer(3);
    },
    finding: /^consumer 5 has a partner that is no registered producer$/,
  },
  {
    name: 'two that share a token and were never connected',
    damage: (rig) => {
      const { hi, lo } = halves(eventfdToken(4));
      rig.manager.adoptProducer(rig.producer(3), hi, lo, 0);
    },
    finding: /^consumer 4 and producer 3 share a token and are not connected$/,
  },
];

for (const { name, damage, finding } of damages) {
  test(`the audit of lists finds ${name}`, () => {
    const rig = listHost();
    damage(rig);
    const report = audit(rig);
    assert.ok(
      report.findings.some((text) => finding.test(text)),
      `not among: ${report.findings.join('; ')}`,
    );
    assert.ok(report.damage >= report.findings.length);
  });
}

test('damage is counted to the last, and worded for the first twenty', () => {
  const rig = new BypassRig({ index: 'list', consumers: 40, producers: 0 });
  const { damage, findings } = rig.audit(40, 0);
  assert.equal(damage, 40);
  assert.equal(findings.length, 20);
});
