import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LoggedCallback } from '../../src/irqbypass/callbacks.js';
import { EIO, ENOMEM } from '../../src/irqbypass/errno.js';
import { ALL_CALLBACKS, clearToken, FAILS_ADD, HAS } from '../../src/irqbypass/objects.js';
import { CallbackMonitor } from '../../src/verify/callback-monitor.js';
import { LinearizabilityMonitor } from '../../src/verify/linearizability.js';
import { type Call, type CallbackEvent, NOBODY, type Party } from '../../src/verify/monitor.js';
import { roomOf } from '../../src/verify/room.js';
import { BypassRig } from '../support/bypass-rig.js';
import { allContestants, type Contestant } from '../support/contestants.js';
import { eventfdToken } from '../support/token.js';
import { feed, type HistoryEvent } from './manager-histories.js';

/** Every manager under the monitors, one call after the other, with memory that may run out. */

const CONSUMERS = 4;
const PRODUCERS = 3;
/** By number; near each other and far. */
const TOKENS = [0n, eventfdToken(0), eventfdToken(1), eventfdToken(5000), 77n];

const draws = fc.array(
  fc.record({
    leaves: fc.boolean(),
    object: fc.nat(CONSUMERS + PRODUCERS - 1),
    token: fc.nat(TOKENS.length - 1),
  }),
  { maxLength: 40 },
);
const flags = fc.constantFrom(
  ALL_CALLBACKS,
  ALL_CALLBACKS,
  ALL_CALLBACKS | FAILS_ADD,
  HAS.ADD | HAS.DEL,
  HAS.ADD | HAS.STOP,
  HAS.START | HAS.DEL,
);
const flagsOfAll = fc.array(flags, {
  minLength: CONSUMERS + PRODUCERS,
  maxLength: CONSUMERS + PRODUCERS,
});
const memory = fc.record({
  arenaNodes: fc.integer({ min: 0, max: 40 }),
  arenaEntries: fc.integer({ min: 0, max: 3 }),
});

class Trial {
  readonly errors: number[] = [];
  private readonly rig: BypassRig;
  private readonly objects: readonly number[];
  private readonly parties: readonly Party[];
  private readonly calls: LinearizabilityMonitor;
  private readonly callbacks: CallbackMonitor;
  private readonly isList: boolean;

  constructor(
    { index, axes, algorithms, manners }: Contestant,
    objectFlags: readonly number[],
    room: { readonly arenaNodes: number; readonly arenaEntries: number },
  ) {
    const shape = { index, axes, algorithms, consumers: CONSUMERS, producers: PRODUCERS };
    const rig = new BypassRig({ ...shape, ...room });
    this.rig = rig;
    this.objects = [
      ...Array.from({ length: CONSUMERS }, (_, i) => rig.consumer(i)),
      ...Array.from({ length: PRODUCERS }, (_, i) => rig.producer(i)),
    ];
    this.objects.forEach((object, i) => {
      rig.init(object, i, objectFlags[i] as number);
    });
    this.parties = this.objects.map((_, i) => ({
      side: i < CONSUMERS ? 'consumer' : 'producer',
      name: `object ${i}`,
      flags: objectFlags[i] as number,
    }));
    const { semantics, locking } = manners;
    this.isList = semantics === 'list';
    this.calls = new LinearizabilityMonitor(1, {
      semantics,
      parties: this.parties,
      hasRoom: roomOf(rig.layout, (token) => TOKENS[token] as bigint),
      holdsMeanwhile: locking === 'token',
    });
    this.callbacks = new CallbackMonitor(1, this.parties);
  }

  take(call: Call): void {
    // Owners that used the lists never gave what is registered another token.
    const held = this.calls.tokenOf(call.object);
    const isStuck = this.isList && call.verb === 'register' && held !== 0;
    const made = isStuck ? { ...call, token: held } : call;
    const error = this.call(made);
    this.errors.push(error);
    const events: HistoryEvent[] = [
      { what: 'call', thread: 0, call: made },
      ...this.rig.takeLog().map((logged) => this.read(logged)),
      { what: 'return', thread: 0, error },
    ];
    for (const monitor of [this.calls, this.callbacks]) {
      assert.equal(feed(monitor, events), null);
      assert.equal(monitor.ended(), null);
    }
    this.objects.forEach((object, i) => {
      const token = TOKENS[this.calls.tokenOf(i)] as bigint;
      if (token !== 0n || !this.isList) assert.equal(this.rig.tokenOf(object), token);
    });
  }

  private call({ verb, object, token }: Call): number {
    const { rig } = this;
    const address = this.objects[object] as number;
    const isConsumer = object < CONSUMERS;
    if (verb === 'unregister') {
      if (isConsumer) rig.manager.unregisterConsumer(address);
      else rig.manager.unregisterProducer(address);
      // What the owner does, with the lists.
      clearToken(rig.words, address);
      return 0;
    }
    const wasIn = this.calls.tokenOf(object) !== 0;
    const error = isConsumer
      ? rig.registerConsumer(address, TOKENS[token] as bigint)
      : rig.registerProducer(address, TOKENS[token] as bigint);
    if (error !== 0 && !wasIn) clearToken(rig.words, address);
    return error;
  }

  private read({ callback, object: address, other }: LoggedCallback): HistoryEvent {
    const object = this.objects.indexOf(address);
    const partner = other === 0 ? NOBODY : this.objects.indexOf(other);
    const name = callback.replace(/[A-Z].*/, '') as CallbackEvent['callback'];
    const fails = name === 'add' && ((this.parties[object]?.flags ?? 0) & FAILS_ADD) !== 0;
    return {
      what: 'ran',
      thread: 0,
      event: { callback: name, object, partner, error: fails ? -EIO : 0 },
    };
  }
}

for (const contestant of await allContestants()) {
  test(`${contestant.name}: does what the sequential manager does`, () => {
    const errors = new Map<number, number>();
    fc.assert(
      fc.property(flagsOfAll, draws, memory, (objectFlags, list, room) => {
        const trial = new Trial(contestant, objectFlags, room);
        for (const { leaves, object, token } of list)
          trial.take({ verb: leaves ? 'unregister' : 'register', object, token });
        for (const error of trial.errors) errors.set(error, (errors.get(error) ?? 0) + 1);
      }),
      { numRuns: 200 },
    );
    const { index, manners } = contestant;
    const isShort = index === 'xarray' || manners.locking === 'token';
    assert.equal(errors.has(-ENOMEM), isShort);
    assert.ok((errors.get(0) ?? 0) > 500);
  });
}
