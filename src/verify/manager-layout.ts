import { usageError } from '../errors.js';
import type { Algorithms } from '../irqbypass/algorithms.js';
import {
  type BypassLayout,
  createManager,
  initBypass,
  reserveBypass,
  type Seat,
} from '../irqbypass/bypass-layout.js';
import type { CallbackCosts } from '../irqbypass/callbacks.js';
import {
  ALL_CALLBACKS,
  FAILS_ADD,
  HAS,
  initObject,
  NO_BYPASS,
  type ObjectArea,
} from '../irqbypass/objects.js';
import { doesConsumerOptOut, doesProducerOptOut } from '../irqbypass/opt-out.js';
import { shardOf } from '../irqbypass/shard.js';
import { TOKEN_BYTES } from '../irqbypass/tokens.js';
import type { Strategy } from '../model/run-plan.js';
import type { CallbackName, Scenario, ScenarioObject } from '../model/scenario.js';
import { Counters, reserveCounters } from '../sync/counters.js';
import { Layout } from '../sync/layout.js';
import { allocateMemory, type SharedMemory } from '../sync/memory.js';
import { neededNodes } from './room.js';

/** One object of a scenario in memory. */
export interface PlacedObject extends ScenarioObject {
  readonly address: number;
  /** Among its kind, from 0. */
  readonly id: number;
  readonly flags: number;
  /** Never meets the manager: by its strategy. */
  readonly isOptedOut: boolean;
}

/** Nothing is drawn while a scenario runs; who opts out is. */
const SEED = 1;
const COSTS: CallbackCosts = {
  connectCostNs: 0,
  connectMode: 'spin',
  connectFailureRate: 0,
  seed: SEED,
};

/**
 * A manager and the objects of a scenario in a small memory, as it is before the threads begin.
 *
 * Tokens are small numbers here, multiples of 64: a tree of them has two levels, and there is less
 * to go through than in one of eleven, of which nine look the same. Where there are shards, the
 * first two tokens share one and the third has another, and so on, so that there is something to
 * be shared. Arenas have room for what the tokens can take, unless the scenario says otherwise.
 */
export class ManagerLayout {
  readonly strategy: Strategy;
  readonly scenario: Scenario;
  /** Natively. */
  readonly algorithms: Algorithms;
  readonly memory: SharedMemory;
  readonly bypass: BypassLayout;
  readonly countersAt: number;
  /** The module parameter: 0 while bypass is on. */
  readonly switchAt: number;
  /** A word for each token: 1 once it was freed. */
  readonly freedAt: number;
  readonly objects: readonly PlacedObject[];
  /** The memory's words before anybody runs. */
  readonly initial: Int32Array;
  private readonly addresses: readonly number[];

  constructor(strategy: Strategy, scenario: Scenario, algorithms: Algorithms) {
    this.strategy = strategy;
    this.scenario = scenario;
    this.algorithms = algorithms;
    const threads = scenario.threads.length;
    const count = (side: ScenarioObject['side']) =>
      scenario.objects.filter((object) => object.side === side).length;
    const layout = new Layout();
    const tokens = scenario.tokens.length;
    this.addresses = chooseAddresses(tokens, strategy.shards);
    const nodesOfTree = neededNodes(this.addresses.map(BigInt));
    const { nodes, entries } = scenario.arena;
    this.bypass = reserveBypass(
      layout,
      {
        strategy,
        threads,
        nodes: 1,
        consumers: count('consumer'),
        producers: count('producer'),
        loggedCallbacks: 0,
        // Two trees of all of them, or one of their entries.
        arenaNodes: nodes ?? 2 * nodesOfTree,
        arenaEntries: entries ?? tokens,
      },
      algorithms,
    );
    this.countersAt = reserveCounters(layout, threads);
    this.switchAt = layout.reserve(1);
    this.freedAt = layout.reserve(tokens);
    this.memory = allocateMemory(layout.totalBytes);
    this.objects = this.placeObjects();
    this.setUp();
    this.initial = this.memory.words.slice();
  }

  /**
   * @param self whose view of it a manager is to be
   * @param algorithms what it is made by: natively, or in a stepped world
   */
  seat(self: number, counters: Counters, algorithms: Algorithms): Seat {
    const { memory, bypass } = this;
    return { memory, layout: bypass, algorithms, costs: COSTS, self, counters };
  }

  /** The lower half of a token's address; the upper is 0. 0 for the null token. */
  addressOf(token: number): number {
    return token === 0 ? 0 : (this.addresses[token - 1] as number);
  }

  freedWord(token: number): number {
    return this.freedAt + token - 1;
  }

  private placeObjects(): PlacedObject[] {
    const next = { consumer: 0, producer: 0 };
    const areas = { consumer: this.bypass.consumers, producer: this.bypass.producers };
    return this.scenario.objects.map((object) => {
      const { side } = object;
      const id = next[side]++;
      const isOptedOut =
        side === 'consumer'
          ? doesConsumerOptOut(this.strategy, SEED, id)
          : doesProducerOptOut(this.strategy);
      const address = addressIn(areas[side], id);
      return { ...object, id, address, isOptedOut, flags: flagsOf(object, isOptedOut) };
    });
  }

  private setUp(): void {
    const { memory, bypass, objects } = this;
    initBypass(memory, bypass, SEED);
    for (const { address, id, flags, token } of objects)
      initObject(memory.words, address, id, flags, 0, this.addressOf(token));
    const counters = new Counters(memory, this.countersAt, 0);
    const manager = createManager(this.seat(0, counters, this.algorithms));
    const registered = objects.filter((object) => object.isRegistered && !object.isOptedOut);
    const consumers = registered.filter(({ side }) => side === 'consumer');
    for (const { address, token } of consumers)
      this.check(manager.adoptConsumer(address, 0, this.addressOf(token)));
    for (const { address, token } of registered.filter(({ side }) => side === 'producer')) {
      const partner = consumers.find((consumer) => consumer.token === token)?.address ?? 0;
      this.check(manager.adoptProducer(address, 0, this.addressOf(token), partner));
    }
  }

  private check(error: number): void {
    if (error === 0) return;
    throw usageError(
      `${this.scenario.name}: the arena has no room for what is registered before the threads begin; give more nodes and entries`,
    );
  }
}

/** Every third token's shard is another than that of the rest, if there is one. */
function chooseAddresses(tokens: number, shards: number): number[] {
  const shardAt = (address: number) => shardOf(0, address, shards);
  const addresses: number[] = [];
  for (let address = TOKEN_BYTES; addresses.length < tokens; address += TOKEN_BYTES) {
    const isShared = shardAt(address) === shardAt(addresses[0] ?? address);
    if (shards === 1 || isShared === (addresses.length % 3 !== 2)) addresses.push(address);
  }
  return addresses;
}

function addressIn(area: ObjectArea, place: number): number {
  return area.at + place * area.strideWords;
}

const BITS: Readonly<Record<CallbackName, number>> = {
  stop: HAS.STOP,
  start: HAS.START,
  add: HAS.ADD,
  del: HAS.DEL,
};

function flagsOf({ without, addError }: ScenarioObject, isOptedOut: boolean): number {
  let flags = ALL_CALLBACKS;
  for (const callback of without) flags &= ~BITS[callback];
  if (addError !== 0) flags |= FAILS_ADD;
  return isOptedOut ? flags | NO_BYPASS : flags;
}
