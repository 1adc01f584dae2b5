import type { Algorithms } from '../irqbypass/algorithms.js';
import { createManager, initBypass } from '../irqbypass/bypass-layout.js';
import type { Manager } from '../irqbypass/manager.js';
import {
  ALL_CALLBACKS,
  EVENTFD_HI,
  EVENTFD_LO,
  FLAGS,
  initObject,
  NO_BYPASS,
  type ObjectArea,
} from '../irqbypass/objects.js';
import { doesConsumerOptOut, doesProducerOptOut } from '../irqbypass/opt-out.js';
import { EVENTFD_HIGH_WORD, eventfdLowWord } from '../irqbypass/tokens.js';
import { Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import { permutation } from '../sync/random.js';
import { type HostLayout, type HostPlan, progressWord } from './host.js';

/**
 * The host before the burst: every object in its shuffled place with its eventfd, and the
 * background VMs' irqfds (and producers) registered as state. Their duplicate walks are left
 * out: nothing can be found, and without them set-up is linear in the number of VMs.
 *
 * Each irqfd has a different eventfd, in seeded random order (see `irqbypass/tokens.ts`). Objects
 * of a kind lie in a seeded random order too.
 *
 * Who opts out of bypass (`irqbypass/opt-out.ts`) gets the flag here.
 */

const STREAM = { consumers: 1, producers: 2, eventfds: 3 } as const;

export class Population {
  private readonly memory: SharedMemory;
  private readonly layout: HostLayout;
  private readonly plan: HostPlan;
  private readonly manager: Manager;
  private readonly consumerPlaces: Uint32Array;
  private readonly producerPlaces: Uint32Array;
  private readonly eventfds: Uint32Array;
  private nextVm = 0;

  constructor(memory: SharedMemory, layout: HostLayout, plan: HostPlan, algorithms: Algorithms) {
    this.memory = memory;
    this.layout = layout;
    this.plan = plan;
    initBypass(memory, layout.bypass, plan.seed);
    for (let vm = 0; vm < plan.burst; vm++) {
      memory.words[progressWord(layout, vm)] = -plan.warmupRounds;
    }
    // Counted in the first burst VM's cells, which it resets when its rounds begin.
    const counters = new Counters(memory, layout.countersAt, 0);
    this.manager = createManager({
      memory,
      layout: layout.bypass,
      algorithms,
      costs: plan,
      self: 0,
      counters,
    });
    const { consumers, producers } = layout.bypass;
    this.consumerPlaces = placesOf(consumers, plan.seed, STREAM.consumers);
    this.producerPlaces = placesOf(producers, plan.seed, STREAM.producers);
    this.eventfds = permutation(consumers.count, plan.seed, STREAM.eventfds);
  }

  get vmsDone(): number {
    return this.nextVm;
  }

  /**
   * Sets up the next VMs, background first.
   * @returns whether there are more
   */
  advance(vms: number): boolean {
    const all = this.plan.vms + this.plan.burst;
    const end = Math.min(this.nextVm + vms, all);
    for (; this.nextVm < end; this.nextVm++) this.setUpVm(this.nextVm);
    return this.nextVm < all;
  }

  private setUpVm(vm: number): void {
    const { irqfds, producersPerVm } = this.plan;
    for (let i = 0; i < irqfds; i++) {
      const consumer = this.placeConsumer(vm * irqfds + i);
      const producer =
        i < producersPerVm ? this.placeProducer(vm * producersPerVm + i, consumer) : 0;
      if (vm < this.plan.vms) this.adopt(consumer, producer);
      else this.enter(vm - this.plan.vms, i, consumer, producer);
    }
  }

  private placeConsumer(id: number): number {
    const consumer = addressOf(this.layout.bypass.consumers, this.consumerPlaces[id] as number);
    const eventfdLo = eventfdLowWord(this.eventfds[id] as number);
    const { strategy, seed } = this.plan;
    const isOut = doesConsumerOptOut(strategy, seed, id);
    const flags = isOut ? ALL_CALLBACKS | NO_BYPASS : ALL_CALLBACKS;
    initObject(this.memory.words, consumer, id, flags, EVENTFD_HIGH_WORD, eventfdLo);
    return consumer;
  }

  /** The device's side of a consumer: it shares the eventfd. */
  private placeProducer(id: number, consumer: number): number {
    const { words } = this.memory;
    const producer = addressOf(this.layout.bypass.producers, this.producerPlaces[id] as number);
    const hi = words[consumer + EVENTFD_HI] as number;
    const lo = words[consumer + EVENTFD_LO] as number;
    const isOut = doesProducerOptOut(this.plan.strategy);
    const flags = isOut ? ALL_CALLBACKS | NO_BYPASS : ALL_CALLBACKS;
    initObject(words, producer, id, flags, hi, lo);
    return producer;
  }

  private adopt(consumer: number, producer: number): void {
    const hi = this.memory.words[consumer + EVENTFD_HI] as number;
    const lo = this.memory.words[consumer + EVENTFD_LO] as number;
    const isIn = this.meetsManager(consumer);
    let error = isIn ? this.manager.adoptConsumer(consumer, hi, lo) : 0;
    if (error === 0 && producer !== 0 && this.meetsManager(producer))
      error = this.manager.adoptProducer(producer, hi, lo, isIn ? consumer : 0);
    if (error !== 0) throw new Error(`background VM refused: ${error}`);
  }

  private meetsManager(object: number): boolean {
    return ((this.memory.words[object + FLAGS] as number) & NO_BYPASS) === 0;
  }

  /** Burst VMs find their objects in the tables. */
  private enter(burstVm: number, i: number, consumer: number, producer: number): void {
    const { irqfds, producersPerVm } = this.plan;
    this.memory.words[this.layout.consumerTableAt + burstVm * irqfds + i] = consumer;
    if (producer !== 0) {
      this.memory.words[this.layout.producerTableAt + burstVm * producersPerVm + i] = producer;
    }
  }
}

/** The place of each object of a kind. */
function placesOf({ count, isPacked }: ObjectArea, seed: number, stream: number): Uint32Array {
  return isPacked
    ? Uint32Array.from({ length: count }, (_, place) => place)
    : permutation(count, seed, stream);
}

function addressOf(area: ObjectArea, place: number): number {
  return area.at + place * area.strideWords;
}
