import type { LoggedCallback } from '../../src/irqbypass/callbacks.js';
import { EBUSY, EINVAL, EIO } from '../../src/irqbypass/errno.js';
import { FAILS_ADD, HAS_ADD, HAS_DEL, HAS_START, HAS_STOP } from '../../src/irqbypass/objects.js';

/** Which side's add callback refuses a connect. */
export type Refusal = 'producer' | 'consumer' | null;

/**
 * The manager as a table of semantics and a few maps: no memory, no lock, no links. It is told by
 * its caller when a seeded failure strikes; failures that an object's flags force it knows.
 */
/**
 * What differs between managers: who keeps the token (`list`: its owner; `xarray`: the manager),
 * and how often a lock of the tables is taken.
 */
export interface Manners {
  readonly semantics: 'list' | 'xarray';
  /**
   * `exclusive`: once a verb. `shared`: a registration looks first, and then comes alone. `token`:
   * once, and once more where it was refused; the entries' locks are taken besides.
   */
  readonly locking: 'exclusive' | 'shared' | 'token';
}

export class Oracle {
  /** By token; a map keeps its order, so the newest entry, a list's head, comes last. */
  readonly consumers = new Map<bigint, number>();
  readonly producers = new Map<bigint, number>();
  readonly tokens = new Map<number, bigint>();
  readonly partners = new Map<number, number>();
  readonly counts = {
    acquisitions: 0,
    entryAcquisitions: 0,
    connects: 0,
    disconnects: 0,
    connectFailures: 0,
    warnings: 0,
  };
  private readonly manners: Manners;
  private readonly flags: ReadonlyMap<number, number>;
  private log: LoggedCallback[] = [];

  constructor(manners: Manners, flags: ReadonlyMap<number, number>) {
    this.manners = manners;
    this.flags = flags;
  }

  takeLog(): LoggedCallback[] {
    const log = this.log;
    this.log = [];
    return log;
  }

  tokenOf(object: number): bigint {
    return this.tokens.get(object) ?? 0n;
  }

  isRegistered(object: number): boolean {
    const token = this.tokenOf(object);
    return this.consumers.get(token) === object || this.producers.get(token) === object;
  }

  registerConsumer(consumer: number, token: bigint, told: Refusal): number {
    const usable = this.has(consumer, HAS_ADD) && this.has(consumer, HAS_DEL);
    return this.register(consumer, token, usable, this.consumers, () =>
      this.connect(this.producers.get(token), consumer, told),
    );
  }

  registerProducer(producer: number, token: bigint, told: Refusal): number {
    return this.register(producer, token, true, this.producers, () =>
      this.connect(producer, this.consumers.get(token), told),
    );
  }

  unregisterConsumer(consumer: number): void {
    this.unregister(consumer, this.consumers);
  }

  unregisterProducer(producer: number): void {
    this.unregister(producer, this.producers);
  }

  /** What an owner does with a producer that was refused. */
  clearToken(object: number): void {
    this.tokens.delete(object);
  }

  private register(
    object: number,
    token: bigint,
    usable: boolean,
    own: Map<bigint, number>,
    connect: () => number,
  ): number {
    if (this.manners.semantics === 'xarray' && this.tokenOf(object) !== 0n) {
      this.counts.warnings++;
      return -EINVAL;
    }
    // With the lists the owner sets the token; with the arrays the manager, and only on success.
    if (this.manners.semantics === 'list') this.tokens.set(object, token);
    if (token === 0n || !usable) return -EINVAL;
    const { locking } = this.manners;
    this.counts.acquisitions++;
    if (locking === 'token') this.counts.entryAcquisitions++;
    if (locking === 'shared' && !own.has(token)) this.counts.acquisitions++;
    const error = own.has(token) ? -EBUSY : connect();
    if (locking === 'token' && error !== 0) this.counts.acquisitions++;
    if (error !== 0) return error;
    own.set(token, object);
    this.tokens.set(object, token);
    return 0;
  }

  private unregister(object: number, own: Map<bigint, number>): void {
    const token = this.tokenOf(object);
    if (token === 0n) return;
    this.counts.acquisitions++;
    if (this.manners.locking === 'token') this.counts.entryAcquisitions++;
    if (own.get(token) === object) {
      const producer = this.producers.get(token);
      const consumer = this.consumers.get(token);
      if (producer !== undefined && consumer !== undefined) this.disconnect(producer, consumer);
      own.delete(token);
    }
    if (this.manners.semantics === 'xarray') this.tokens.delete(object);
  }

  private connect(
    producer: number | undefined,
    consumer: number | undefined,
    told: Refusal,
  ): number {
    if (producer === undefined || consumer === undefined) return 0;
    this.callIf(HAS_STOP, 'stopProducer', producer);
    this.callIf(HAS_STOP, 'stopConsumer', consumer);
    const refused = this.add(producer, consumer, told);
    this.callIf(HAS_START, 'startConsumer', consumer);
    this.callIf(HAS_START, 'startProducer', producer);
    if (refused) {
      this.counts.connectFailures++;
      return -EIO;
    }
    this.counts.connects++;
    this.partners.set(producer, consumer).set(consumer, producer);
    return 0;
  }

  /** @returns whether one side refused */
  private add(producer: number, consumer: number, told: Refusal): boolean {
    this.callIf(HAS_ADD, 'addConsumer', producer, consumer);
    const forced = this.has(producer, FAILS_ADD) && this.has(producer, HAS_ADD);
    if (forced || told === 'producer') return true;
    this.log.push({ callback: 'addProducer', object: consumer, other: producer });
    if (!this.has(consumer, FAILS_ADD) && told !== 'consumer') return false;
    this.callIf(HAS_DEL, 'delConsumer', producer, consumer);
    return true;
  }

  private disconnect(producer: number, consumer: number): void {
    this.callIf(HAS_STOP, 'stopProducer', producer);
    this.callIf(HAS_STOP, 'stopConsumer', consumer);
    this.log.push({ callback: 'delProducer', object: consumer, other: producer });
    this.callIf(HAS_DEL, 'delConsumer', producer, consumer);
    this.callIf(HAS_START, 'startConsumer', consumer);
    this.callIf(HAS_START, 'startProducer', producer);
    this.counts.disconnects++;
    this.partners.delete(producer);
    this.partners.delete(consumer);
  }

  private has(object: number, flag: number): boolean {
    return ((this.flags.get(object) ?? 0) & flag) !== 0;
  }

  private callIf(
    flag: number,
    callback: LoggedCallback['callback'],
    object: number,
    other = 0,
  ): void {
    if (this.has(object, flag)) this.log.push({ callback, object, other });
  }
}
