import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arena } from '../../src/irqbypass/arena.js';
import { setToken } from '../../src/irqbypass/objects.js';
import { NODE } from '../../src/irqbypass/xarray-node.js';
import { BypassRig } from '../support/bypass-rig.js';
import { eventfdToken, halves } from '../support/token.js';

/** Six consumers and two connected producers of background VMs, a free object more of each kind. */
function treeHost(): BypassRig {
  const rig = new BypassRig({ index: 'xarray', consumers: 7, producers: 3 });
  for (let i = 0; i < 6; i++)
    assert.equal(rig.registerConsumer(rig.consumer(i), eventfdToken(i)), 0);
  for (let i = 0; i < 2; i++)
    assert.equal(rig.registerProducer(rig.producer(i), eventfdToken(i)), 0);
  return rig;
}

const audit = (rig: BypassRig) => rig.audit(6, 2);
const root = (rig: BypassRig) => -(rig.words[rig.table.consumersHead] as number);
const slotOf = (node: number, slot: number) => node + NODE.SLOTS + NODE.SLOT_WORDS * slot;

/** The word of the only used slot of a node. */
function onlySlot(rig: BypassRig, node: number): number {
  for (let slot = 0; slot < 64; slot++) {
    if (rig.words[slotOf(node, slot)] !== 0) return slotOf(node, slot);
  }
  throw new Error(`node ${node} is empty`);
}

/** The node n levels below the root, along the way to token 0. */
function below(rig: BypassRig, levels: number): number {
  let node = root(rig);
  for (let level = 0; level < levels; level++) node = rig.words[onlySlot(rig, node)] as number;
  return node;
}

/** The leaf that holds consumer i. */
const leafOf = (rig: BypassRig, i: number) => rig.words[slotOf(below(rig, 9), i)] as number;

test('an xarray host in order has no findings', () => {
  assert.deepEqual(audit(treeHost()), { damage: 0, findings: [] });
});

const damages: {
  readonly name: string;
  readonly damage: (rig: BypassRig) => void;
  readonly finding: RegExp;
}[] = [
  {
    name: 'a wrong count',
    damage: (rig) => {
      rig.words[below(rig, 9) + NODE.COUNT] = 5;
    },
    finding: /shift 6: wrong count$/,
  },
  {
    name: 'a wrong parent',
    damage: (rig) => {
      rig.words[below(rig, 3) + NODE.PARENT] = root(rig);
    },
    finding: /shift 42: wrong parent$/,
  },
  {
    name: 'a root with a parent',
    damage: (rig) => {
      rig.words[root(rig) + NODE.PARENT] = below(rig, 1);
    },
    finding: /shift 60: wrong parent$/,
  },
  {
    name: 'a wrong offset',
    damage: (rig) => {
      rig.words[leafOf(rig, 2) + NODE.OFFSET] = 3;
    },
    finding: /shift 0: wrong offset$/,
  },
  {
    name: 'a wrong shift',
    damage: (rig) => {
      rig.words[below(rig, 4) + NODE.SHIFT] = 30;
    },
    finding: /shift 36: wrong shift$/,
  },
  {
    name: 'an empty node',
    damage: (rig) => {
      rig.words[onlySlot(rig, leafOf(rig, 1))] = 0;
    },
    finding: /shift 0: empty$/,
  },
  {
    name: 'a lost consumer in a lost leaf',
    damage: (rig) => {
      rig.words[slotOf(below(rig, 9), 4)] = 0;
    },
    finding: /^consumer 4 of a background VM is gone$/,
  },
  {
    name: 'the lost leaf itself',
    damage: (rig) => {
      rig.words[slotOf(below(rig, 9), 4)] = 0;
    },
    finding: /^the arena has 28 nodes in use, but the trees hold 27$/,
  },
  {
    name: 'a node that was leaked',
    damage: (rig) => {
      rig.manager.unregisterConsumer(rig.consumer(5));
      new Arena(rig.memory, rig.table.arena).alloc();
      rig.registerConsumer(rig.consumer(5), eventfdToken(5));
    },
    finding: /^the arena has 29 nodes in use, but the trees hold 28$/,
  },
  {
    name: 'a link that is no node',
    damage: (rig) => {
      rig.words[onlySlot(rig, below(rig, 2))] = below(rig, 3) + 1;
    },
    finding: /^the consumer tree has a link that is no node: \d+$/,
  },
  {
    name: 'a head that is no node',
    damage: (rig) => {
      rig.words[rig.table.consumersHead] = -0x4000_0000;
    },
    finding: /^the consumer tree('s root| has a link)/,
  },
  {
    name: 'a circle of nodes',
    damage: (rig) => {
      rig.words[slotOf(below(rig, 2), 0)] = root(rig);
      rig.words[below(rig, 2) + NODE.COUNT] = 2;
    },
    finding: /wrong (shift|parent)$/,
  },
  {
    name: 'an entry that is no object',
    damage: (rig) => {
      rig.words[onlySlot(rig, leafOf(rig, 3))] = rig.producer(0);
    },
    finding: /^consumer index has an entry that is no consumer: \d+$/,
  },
  {
    name: 'an object that is stored twice',
    damage: (rig) => {
      rig.words[onlySlot(rig, leafOf(rig, 3))] = rig.consumer(2);
    },
    finding: /^consumer 2 is in the index twice$/,
  },
  {
    name: 'an entry with another token',
    damage: (rig) => {
      const { hi, lo } = halves(eventfdToken(99));
      setToken(rig.words, rig.consumer(5), hi, lo);
    },
    finding: /^consumer 5 is stored under another token than its own$/,
  },
  {
    name: 'an entry without a token',
    damage: (rig) => setToken(rig.words, rig.producer(1), 0, 0),
    finding: /^producer 1 is stored under another token than its own$/,
  },
  {
    name: 'a consumer left behind',
    damage: (rig) => rig.registerConsumer(rig.consumer(6), eventfdToken(6)),
    finding: /^consumer 6 of a burst VM was left behind$/,
  },
  {
    name: 'a head that was emptied',
    damage: (rig) => {
      rig.words[rig.table.producersHead] = 0;
    },
    finding: /^producer 0 of a background VM is gone$/,
  },
];

for (const { name, damage, finding } of damages) {
  test(`the audit of trees finds ${name}`, () => {
    const rig = treeHost();
    damage(rig);
    const { findings } = audit(rig);
    assert.ok(
      findings.some((text) => finding.test(text)),
      `not among: ${findings.join('; ')}`,
    );
  });
}

test('the audit of trees finds a root that should have been cut off', () => {
  const rig = new BypassRig({ index: 'xarray', consumers: 2, producers: 0 });
  rig.registerConsumer(rig.consumer(0), 5n);
  rig.registerConsumer(rig.consumer(1), 70n);
  const top = root(rig);
  rig.words[slotOf(top, 1)] = 0;
  rig.words[top + NODE.COUNT] = 1;
  const { findings } = rig.audit(1, 0);
  assert.ok(findings.some((text) => text.endsWith('a root that should have been cut off')));
});
