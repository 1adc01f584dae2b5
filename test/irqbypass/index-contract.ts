import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LoggedCallback } from '../../src/irqbypass/callbacks.js';
import { EIO } from '../../src/irqbypass/errno.js';
import { ListIndex } from '../../src/irqbypass/list-index.js';
import {
  ALL_CALLBACKS,
  clearToken,
  FAILS_ADD,
  HAS_ADD,
  HAS_DEL,
  HAS_START,
  HAS_STOP,
  NEXT,
} from '../../src/irqbypass/objects.js';
import { BypassRig } from '../support/bypass-rig.js';
import { Oracle, type Refusal } from '../support/oracle.js';
import { neededNodes, walkTree } from '../support/radix-model.js';
import { eventfdToken, halves } from '../support/token.js';

const CONSUMERS = 5;
const PRODUCERS = 4;
/** Few, so that they collide; near and far from each other; among them none at all. */
const TOKENS = [0n, 1n, 63n, 64n, eventfdToken(0), eventfdToken(1), eventfdToken(5000)];

interface Step {
  readonly verb:
    | 'registerConsumer'
    | 'registerProducer'
    | 'unregisterConsumer'
    | 'unregisterProducer';
  readonly who: number;
  readonly token: number;
}

const steps = fc.array(
  fc.record<Step>({
    verb: fc.constantFrom<Step['verb'][]>(
      'registerConsumer',
      'registerProducer',
      'unregisterConsumer',
      'unregisterProducer',
    ),
    who: fc.nat(CONSUMERS - 1),
    token: fc.nat(TOKENS.length - 1),
  }),
  { maxLength: 50 },
);

const flags = fc.oneof(
  { weight: 3, arbitrary: fc.constant(ALL_CALLBACKS) },
  { weight: 1, arbitrary: fc.constant(ALL_CALLBACKS | FAILS_ADD) },
  { weight: 1, arbitrary: fc.constant(HAS_ADD | HAS_DEL) },
  {
    weight: 2,
    arbitrary: fc
      .subarray([HAS_STOP, HAS_START, HAS_ADD, HAS_DEL, FAILS_ADD])
      .map((bits) => bits.reduce((all, bit) => all | bit, 0)),
  },
);
const flagsOfAll = fc.array(flags, {
  minLength: CONSUMERS + PRODUCERS,
  maxLength: CONSUMERS + PRODUCERS,
});

/** A manager and its oracle, led through the same steps by owners that behave. */
class Comparison {
  private readonly rig: BypassRig;
  private readonly oracle: Oracle;
  private readonly index: 'list' | 'xarray';
  private readonly rate: number;
  private readonly consumers: readonly number[];
  private readonly producers: readonly number[];

  constructor(
    index: 'list' | 'xarray',
    objectFlags: readonly number[],
    rate: number,
    seed: number,
  ) {
    this.index = index;
    this.rate = rate;
    const shape = { index, consumers: CONSUMERS, producers: PRODUCERS, seed };
    // More than the objects' own number: the tokens of this test are further apart than a slab's.
    this.rig = new BypassRig({ ...shape, connectFailureRate: rate, arenaNodes: 100 });
    this.consumers = Array.from({ length: CONSUMERS }, (_, i) => this.rig.consumer(i));
    this.producers = Array.from({ length: PRODUCERS }, (_, i) => this.rig.producer(i));
    const objects = [...this.consumers, ...this.producers];
    objects.forEach((object, i) => {
      this.rig.init(object, i, objectFlags[i] as number);
    });
    this.oracle = new Oracle(index, new Map(objects.map((o, i) => [o, objectFlags[i] as number])));
  }

  take(step: Step): void {
    const isConsumer = step.verb.endsWith('Consumer');
    const all = isConsumer ? this.consumers : this.producers;
    const object = all[step.who % all.length] as number;
    if (step.verb.startsWith('register')) this.register(object, isConsumer, step.token);
    else this.unregister(object, isConsumer);
    this.compare();
  }

  cleanUp(): void {
    for (const producer of this.producers) this.unregister(producer, false);
    for (const consumer of this.consumers) this.unregister(consumer, true);
    this.compare();
    assert.deepEqual(this.rig.audit(), { damage: 0, findings: [] });
    assert.equal(this.rig.liveNodes(), 0);
  }

  private register(object: number, isConsumer: boolean, choice: number): void {
    const { rig, oracle } = this;
    // Owners that used the lists never gave what is registered another token.
    const isStuck = this.index === 'list' && oracle.isRegistered(object);
    const token = isStuck ? oracle.tokenOf(object) : (TOKENS[choice] as bigint);
    const code = isConsumer
      ? rig.registerConsumer(object, token)
      : rig.registerProducer(object, token);
    const log = rig.takeLog();
    const told = this.rate === 0 ? null : refusalIn(log, code);
    const expected = isConsumer
      ? oracle.registerConsumer(object, token, told)
      : oracle.registerProducer(object, token, told);
    assert.equal(code, expected);
    assert.deepEqual(log, oracle.takeLog());
    if (code !== 0 && !isConsumer && !oracle.isRegistered(object)) this.clear(object);
  }

  private unregister(object: number, isConsumer: boolean): void {
    const { rig, oracle } = this;
    if (isConsumer) {
      rig.manager.unregisterConsumer(object);
      oracle.unregisterConsumer(object);
    } else {
      // The old mistake: an owner must not come back with a token that is another's by now.
      const holder = oracle.producers.get(oracle.tokenOf(object));
      if (holder !== undefined && holder !== object) this.clear(object);
      rig.manager.unregisterProducer(object);
      oracle.unregisterProducer(object);
    }
    assert.deepEqual(rig.takeLog(), oracle.takeLog());
  }

  private clear(object: number): void {
    clearToken(this.rig.words, object);
    this.oracle.clearToken(object);
  }

  private compare(): void {
    const { rig, oracle } = this;
    for (const object of [...this.consumers, ...this.producers]) {
      assert.equal(rig.tokenOf(object), oracle.tokenOf(object));
      assert.equal(rig.partnerOf(object), oracle.partners.get(object) ?? 0);
    }
    for (const [name, expected] of Object.entries(oracle.counts)) {
      assert.equal(rig.count(name as keyof typeof oracle.counts), expected, name);
    }
    assert.equal(rig.words[rig.table.lockAt], 0, 'the lock is free');
    if (this.index === 'list') this.compareLists();
    else this.compareTrees();
    const damage = rig.audit().findings.filter((text) => !text.endsWith('was left behind'));
    assert.deepEqual(damage, []);
  }

  private compareLists(): void {
    const { rig, oracle } = this;
    const { consumersHead, producersHead } = rig.table;
    assert.deepEqual(fromHead(rig.words, consumersHead), [...oracle.consumers.values()].reverse());
    assert.deepEqual(fromHead(rig.words, producersHead), [...oracle.producers.values()].reverse());
    for (const token of TOKENS.slice(1)) {
      const { hi, lo } = halves(token);
      const list = new ListIndex(rig.memory, consumersHead, rig.counters);
      assert.equal(list.find(hi, lo, 0), oracle.consumers.get(token) ?? 0);
    }
  }

  private compareTrees(): void {
    const { rig, oracle } = this;
    const consumers = walkTree(rig.words, rig.table.consumersHead);
    const producers = walkTree(rig.words, rig.table.producersHead);
    const byToken = (a: [bigint, number], b: [bigint, number]) => (a[0] < b[0] ? -1 : 1);
    assert.deepEqual([...consumers.entries], [...oracle.consumers].sort(byToken));
    assert.deepEqual([...producers.entries], [...oracle.producers].sort(byToken));
    assert.equal(
      rig.liveNodes(),
      neededNodes([...oracle.consumers.keys()]) + neededNodes([...oracle.producers.keys()]),
    );
  }
}

function fromHead(words: Int32Array, head: number): number[] {
  const order: number[] = [];
  for (let node = words[head + NEXT] as number; node !== head; node = words[node + NEXT] as number)
    order.push(node);
  return order;
}

/** Who refused a connect, as the log and the code show it. */
function refusalIn(log: readonly LoggedCallback[], code: number): Refusal {
  if (code !== -EIO) return null;
  return log.some(({ callback }) => callback === 'addProducer') ? 'consumer' : 'producer';
}

function leadThrough(comparison: Comparison, sequence: readonly Step[]): void {
  for (const step of sequence) comparison.take(step);
  comparison.cleanUp();
}

/** What every index must do behind the manager's interface, against the oracle. */
export function indexContract(index: 'list' | 'xarray'): void {
  test(`${index}: any sequence of verbs has the outcome of the sequential model`, () => {
    fc.assert(
      fc.property(flagsOfAll, steps, (objectFlags, sequence) => {
        leadThrough(new Comparison(index, objectFlags, 0, 1), sequence);
      }),
      { numRuns: 400 },
    );
  });

  test(`${index}: the same holds where seeded failures strike`, () => {
    const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
    const rates = fc.constantFrom(0.01, 0.3, 1);
    fc.assert(
      fc.property(flagsOfAll, steps, rates, seeds, (objectFlags, sequence, rate, seed) => {
        leadThrough(new Comparison(index, objectFlags, rate, seed), sequence);
      }),
      { numRuns: 300 },
    );
  });
}
