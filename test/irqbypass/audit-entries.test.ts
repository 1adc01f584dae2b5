import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arena } from '../../src/irqbypass/arena.js';
import { ENTRY, ENTRY_STATE } from '../../src/irqbypass/entry.js';
import { addToList, removeFromList } from '../../src/irqbypass/list-index.js';
import { FIELD, PARTNER, setToken } from '../../src/irqbypass/objects.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken, halves } from '../support/token.js';

/**
 * A host of six consumers and three producers of background VMs, producers 0 and 1 connected,
 * each under the entry of its token; one object more of each kind that is the burst's.
 */
function entryHost(index: 'list' | 'hlist' | 'xarray' = 'list', shards = 1): BypassRig {
  const axes = { scope: 'token', shards, connect: 'outside', hashBits: 2 } as const;
  const room = { arenaNodes: 200, arenaEntries: 10 };
  const rig = new BypassRig({ index, axes, consumers: 7, producers: 4, ...room });
  for (let i = 0; i < 6; i++)
    assert.equal(rig.registerConsumer(rig.consumer(i), eventfdToken(i)), 0);
  for (const [i, token] of [0, 1, 50].entries()) {
    assert.equal(rig.registerProducer(rig.producer(i), eventfdToken(token)), 0);
  }
  return rig;
}

const audit = (rig: BypassRig) => rig.audit(6, 3);
const entryOf = (rig: BypassRig, object: number) => rig.words[object + FIELD.ENTRY] as number;
const free = (rig: BypassRig) => rig.words[rig.table.entries.at] as number;

for (const index of ['list', 'hlist', 'xarray'] as const) {
  for (const shards of [1, 4]) {
    test(`${index}, token:${shards}: a host in order has no findings`, () => {
      assert.deepEqual(audit(entryHost(index, shards)), { damage: 0, findings: [] });
    });
  }
}

const damages: {
  readonly name: string;
  readonly damage: (rig: BypassRig) => void;
  readonly finding: RegExp;
}[] = [
  {
    name: 'an entry that is still locked',
    damage: (rig) => {
      rig.words[entryOf(rig, rig.consumer(2)) + ENTRY.LOCK] = 1;
    },
    finding: /^the entry of token 0xffff888100000080 is still locked$/,
  },
  {
    name: 'a user too many',
    damage: (rig) => {
      rig.words[entryOf(rig, rig.consumer(2)) + ENTRY.USERS] = 2;
    },
    finding: /^the entry of token 0xffff888100000080 counts 2 users and has 1 sides$/,
  },
  {
    name: 'a user too few',
    damage: (rig) => {
      rig.words[entryOf(rig, rig.consumer(1)) + ENTRY.USERS] = 1;
    },
    finding: /^the entry of token 0xffff888100000040 counts 1 users and has 2 sides$/,
  },
  {
    name: 'an entry that stayed without a side',
    damage: (rig) => {
      const entry = entryOf(rig, rig.consumer(2));
      rig.words[entry + ENTRY.CONSUMER] = 0;
      rig.words[entry + ENTRY.USERS] = 0;
    },
    finding: /^the entry of token 0xffff888100000080 is in the index without a side$/,
  },
  {
    name: 'a pair that is not said to be connected',
    damage: (rig) => {
      rig.words[entryOf(rig, rig.consumer(1)) + ENTRY.STATE] = ENTRY_STATE.connecting;
    },
    finding: /^the entry of token 0xffff888100000040 has the state 3 and 2 sides$/,
  },
  {
    name: 'a single side that is said to be connected',
    damage: (rig) => {
      rig.words[entryOf(rig, rig.consumer(3)) + ENTRY.STATE] = ENTRY_STATE.connected;
    },
    finding: /^the entry of token 0xffff8881000000c0 has the state 4 and 1 sides$/,
  },
  {
    name: 'a side that has forgotten its entry',
    damage: (rig) => {
      rig.words[rig.consumer(4) + FIELD.ENTRY] = 0;
    },
    finding: /^the entry of token 0xffff888100000100 has consumer 4, which has another entry$/,
  },
  {
    name: 'a side under another token than its entry',
    damage: (rig) => setToken(rig.words, rig.consumer(4), 1, 64),
    finding: /^the entry of token 0xffff888100000100 has consumer 4, which has another entry$/,
  },
  {
    name: 'a side in two entries',
    damage: (rig) => {
      rig.words[entryOf(rig, rig.consumer(4)) + ENTRY.CONSUMER] = rig.consumer(3);
    },
    finding: /^consumer 3 is in the index twice$/,
  },
  {
    name: 'a side that is no object',
    damage: (rig) => {
      rig.words[entryOf(rig, rig.consumer(4)) + ENTRY.PRODUCER] = rig.consumer(6);
    },
    finding: /^producer index has an entry that is no producer: \d+$/,
  },
  {
    name: 'a lost consumer',
    damage: (rig) => rig.manager.unregisterConsumer(rig.consumer(5)),
    finding: /^consumer 5 of a background VM is gone$/,
  },
  {
    name: 'a producer left behind',
    damage: (rig) => rig.registerProducer(rig.producer(3), eventfdToken(60)),
    finding: /^producer 3 of a burst VM was left behind$/,
  },
  {
    name: 'an entry left out of the index',
    damage: (rig) => removeFromList(rig.words, entryOf(rig, rig.consumer(2))),
    finding: /^the entry of token 0xffff888100000080 is in no index$/,
  },
  {
    name: 'an entry that was written to after it died',
    damage: (rig) => {
      rig.words[free(rig) + ENTRY.STATE] = ENTRY_STATE.empty;
    },
    finding: /^the entry of token 0x\w+ is in no index$/,
  },
  {
    name: 'a dead entry in the index',
    damage: (rig) => {
      const entry = free(rig);
      addToList(rig.words, rig.table.entriesHead, entry);
    },
    finding: /^9 entries|is in the index without a side$/,
  },
  {
    name: 'an entry that was taken and never given back',
    damage: (rig) => {
      new Arena(rig.memory, rig.table.entries).alloc();
    },
    finding: /^8 entries are in use, but the index holds 7$/,
  },
  {
    name: 'an index entry that is none',
    damage: (rig) => {
      rig.words[entryOf(rig, rig.consumer(2)) + ENTRY.NEXT] = rig.consumer(0);
    },
    finding: /^entry index has an entry that is none: \d+$/,
  },
  {
    name: 'a list of entries that goes round',
    damage: (rig) => {
      const entry = entryOf(rig, rig.consumer(2));
      rig.words[entry + ENTRY.NEXT] = entry;
    },
    finding: /^the entry list cannot be walked to its end$/,
  },
  {
    name: 'a pair that does not know of each other',
    damage: (rig) => {
      rig.words[rig.consumer(1) + PARTNER] = 0;
    },
    finding: /^consumer 1 and producer 1 share a token and are not connected$/,
  },
  {
    name: 'an entry remembered by who is not registered',
    damage: (rig) => {
      rig.words[rig.consumer(6) + FIELD.ENTRY] = entryOf(rig, rig.consumer(0));
    },
    finding: /^consumer 6 is not registered and remembers an entry$/,
  },
  {
    name: 'a token kept by who is not registered',
    damage: (rig) => setToken(rig.words, rig.consumer(6), 1, 64),
    finding: /^consumer 6 is not registered and has a token$/,
  },
];

for (const { name, damage, finding } of damages) {
  test(`the audit of entries finds ${name}`, () => {
    const rig = entryHost();
    damage(rig);
    assertFound(rig, finding);
  });
}

test('the audit of entries finds one in the wrong shard', () => {
  const rig = entryHost('list', 4);
  const entry = entryOf(rig, rig.consumer(2));
  for (let i = 100; i < 110; i++) {
    const { hi, lo } = halves(eventfdToken(i));
    setToken(rig.words, entry, hi, lo);
    if (/^the entry of token 0x\w+ is in shard \d/m.test(audit(rig).findings.join('\n'))) return;
  }
  assert.fail('ten tokens, and none of another shard');
});

test('the audit of shards finds an object in the wrong one', () => {
  for (const index of ['list', 'xarray'] as const) {
    const axes = { scope: 'sharded', shards: 4 } as const;
    const rig = new BypassRig({ index, axes, consumers: 20, producers: 0 });
    for (let i = 0; i < 20; i++) rig.registerConsumer(rig.consumer(i), eventfdToken(i));
    assert.equal(rig.audit(20, 0).damage, 0);
    // Under a token of another shard than the one where it is.
    for (let i = 100; i < 110; i++) {
      const { hi, lo } = halves(eventfdToken(i));
      setToken(rig.words, rig.consumer(7), hi, lo);
      if (/consumer 7 is in shard \d/.test(rig.audit(20, 0).findings.join())) break;
      assert.ok(i < 109);
    }
  }
});

test('the audit of buckets finds what hashes to another', () => {
  const axes = { hashBits: 4 };
  const rig = new BypassRig({ index: 'hlist', axes, consumers: 20, producers: 1 });
  for (let i = 0; i < 20; i++) rig.registerConsumer(rig.consumer(i), eventfdToken(i));
  assert.equal(rig.audit(20, 0).damage, 0);
  setToken(rig.words, rig.consumer(7), 1, 4);
  assertFound(rig, /^consumer 7 is in a bucket that its token does not hash to$/);
});

function assertFound(rig: BypassRig, finding: RegExp): void {
  const { findings } = audit(rig);
  assert.ok(
    findings.some((text) => finding.test(text)),
    `not among the findings: [${findings.join('; ')}]`,
  );
}
