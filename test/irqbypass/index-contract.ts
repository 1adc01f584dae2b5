import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LoggedCallback } from '../../src/irqbypass/callbacks.js';
import { EIO } from '../../src/irqbypass/errno.js';
import {
  ALL_CALLBACKS,
  clearToken,
  FAILS_ADD,
  HAS_ADD,
  HAS_DEL,
  HAS_START,
  HAS_STOP,
} from '../../src/irqbypass/objects.js';
import { shardOf } from '../../src/irqbypass/shard.js';
import { COUNTER } from '../../src/sync/counters.js';
import { neededNodes } from '../../src/verify/room.js';
import { BypassRig } from '../support/bypass-rig.js';
import type { Contestant } from '../support/contestants.js';
import { type Manners, Oracle, type Refusal } from '../support/oracle.js';
import { fromHead, registered, sorted } from '../support/registered.js';
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
  private readonly manners: Manners;
  private readonly rate: number;
  private readonly consumers: readonly number[];
  private readonly producers: readonly number[];

  constructor(
    { index, axes, algorithms, manners }: Contestant,
    objectFlags: readonly number[],
    rate: number,
    seed: number,
  ) {
    this.manners = manners;
    this.rate = rate;
    const shape = { index, axes, algorithms, consumers: CONSUMERS, producers: PRODUCERS, seed };
    // More than the objects' own number: the tokens of this test are further apart than a slab's.
    const room = { arenaNodes: 100, arenaEntries: TOKENS.length };
    this.rig = new BypassRig({ ...shape, ...room, connectFailureRate: rate });
    this.consumers = Array.from({ length: CONSUMERS }, (_, i) => this.rig.consumer(i));
    this.producers = Array.from({ length: PRODUCERS }, (_, i) => this.rig.producer(i));
    const objects = [...this.consumers, ...this.producers];
    objects.forEach((object, i) => {
      this.rig.init(object, i, objectFlags[i] as number);
    });
    const flags = objects.map((object, i) => [object, objectFlags[i] as number] as const);
    this.oracle = new Oracle(
      manners,
      new Map(flags.slice(0, CONSUMERS)),
      new Map(flags.slice(CONSUMERS)),
    );
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
    assert.equal(this.rig.liveEntries(), 0);
  }

  private register(object: number, isConsumer: boolean, choice: number): void {
    const { rig, oracle } = this;
    // Owners that used the lists never gave what is registered another token.
    const isStuck = this.manners.semantics === 'list' && oracle.isRegistered(object);
    const token = isStuck ? oracle.tokenOf(object) : (TOKENS[choice] as bigint);
    const code = isConsumer
      ? rig.registerConsumer(object, token)
      : rig.registerProducer(object, token);
    const log = rig.takeLog();
    const told = this.rate === 0 ? null : refusalIn(log, code);
    assert.equal(code, oracle.register(object, token, told));
    assert.deepEqual(log, oracle.takeLog());
    if (code !== 0 && !isConsumer && !oracle.isRegistered(object)) this.clear(object);
  }

  private unregister(object: number, isConsumer: boolean): void {
    const { rig, oracle } = this;
    if (isConsumer) {
      rig.manager.unregisterConsumer(object);
    } else {
      // The old mistake: an owner must not come back with a token that is another's by now.
      const holder = oracle.producers.get(oracle.tokenOf(object));
      if (holder !== undefined && holder !== object) this.clear(object);
      rig.manager.unregisterProducer(object);
    }
    oracle.unregister(object);
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
      assert.equal(rig.partnerOf(object), oracle.partnerOf(object));
    }
    const { entryAcquisitions, ...counts } = oracle.counts;
    for (const [name, expected] of Object.entries(counts)) {
      assert.equal(rig.count(name as keyof typeof counts), expected, name);
    }
    assert.equal(rig.entryCounters.read(COUNTER.acquisitions), entryAcquisitions);
    if (this.manners.locking === 'token') assert.equal(rig.count('callbacksUnderLock'), 0);
    for (const name of ['waitsFor', 'holds'] as const) assert.equal(rig.count(name), 0, name);
    for (const { lockAt } of rig.layout.tables) assert.equal(rig.words[lockAt], 0);
    this.compareIndexes();
    const damage = rig.audit().findings.filter((text) => !text.endsWith('was left behind'));
    assert.deepEqual(damage, []);
  }

  private compareIndexes(): void {
    const { rig, oracle } = this;
    const { consumers, producers } = registered(rig, TOKENS.slice(1));
    assert.deepEqual(consumers, sorted(oracle.consumers));
    assert.deepEqual(producers, sorted(oracle.producers));
    const { index, scope } = rig.layout.strategy;
    if (index === 'list' && scope === 'global') this.compareOrder();
    if (index === 'xarray' && scope !== 'token')
      assert.equal(rig.liveNodes(), this.neededNodes([consumers, producers]));
    if (scope === 'token')
      assert.equal(rig.liveEntries(), new Set([...consumers.keys(), ...producers.keys()]).size);
  }

  /** The newest stands at a list's head. */
  private compareOrder(): void {
    const { rig, oracle } = this;
    const { consumersHead, producersHead } = rig.table;
    assert.deepEqual(fromHead(rig, consumersHead), [...oracle.consumers].reverse());
    assert.deepEqual(fromHead(rig, producersHead), [...oracle.producers].reverse());
  }

  private neededNodes(sides: readonly ReadonlyMap<bigint, number>[]): number {
    const { shards } = this.rig.layout.strategy;
    const ofShard = (side: ReadonlyMap<bigint, number>, shard: number) =>
      [...side.keys()].filter((token) => {
        const { hi, lo } = halves(token);
        return shardOf(hi, lo, shards) === shard;
      });
    return Array.from({ length: shards }, (_, shard) =>
      sides.reduce((sum, side) => sum + neededNodes(ofShard(side, shard)), 0),
    ).reduce((sum, nodes) => sum + nodes, 0);
  }
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

/** What every strategy must do behind the manager's interface, against the oracle. */
export function indexContract(contestant: Contestant): void {
  const { name } = contestant;
  test(`${name}: any sequence of verbs has the outcome of the sequential model`, () => {
    fc.assert(
      fc.property(flagsOfAll, steps, (objectFlags, sequence) => {
        leadThrough(new Comparison(contestant, objectFlags, 0, 1), sequence);
      }),
      { numRuns: 400 },
    );
  });

  test(`${name}: the same holds where seeded failures strike`, () => {
    const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
    const rates = fc.constantFrom(0.01, 0.3, 1);
    fc.assert(
      fc.property(flagsOfAll, steps, rates, seeds, (objectFlags, sequence, rate, seed) => {
        leadThrough(new Comparison(contestant, objectFlags, rate, seed), sequence);
      }),
      { numRuns: 250 },
    );
  });
}
