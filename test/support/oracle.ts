import type { LoggedCallback } from '../../src/irqbypass/callbacks.js';
import { EINVAL, EIO } from '../../src/irqbypass/errno.js';
import { FAILS_ADD, HAS_ADD } from '../../src/irqbypass/objects.js';
import { type Ceremony, ceremoniesOf } from '../../src/verify/ceremonies.js';
import { type Call, NOBODY, type Party } from '../../src/verify/monitor.js';
import {
  REFUSAL,
  type Rules,
  SequentialManager,
  type Step,
} from '../../src/verify/sequential-manager.js';

/** Which side's add callback refuses a connect. */
export type Refusal = 'producer' | 'consumer' | null;

/**
 * What differs between managers: who keeps the token (`list`: its owner; `xarray`: the manager),
 * and how often a lock of the tables is taken.
 */
export interface Manners {
  readonly semantics: Rules['semantics'];
  /**
   * `exclusive`: once a verb. `shared`: a registration looks first, and then comes alone. `token`:
   * once, and once more where it was refused; the entries' locks are taken besides.
   */
  readonly locking: 'exclusive' | 'shared' | 'token';
}

/**
 * The sequential manager with what can be counted of a real one, and what its owners keep. It is
 * told by its caller when a seeded failure strikes; failures that an object's flags force it knows.
 */
export class Oracle {
  /** By token; a map keeps its order, so the newest entry, a list's head, comes last. */
  readonly consumers = new Map<bigint, number>();
  readonly producers = new Map<bigint, number>();
  readonly counts = {
    acquisitions: 0,
    entryAcquisitions: 0,
    connects: 0,
    disconnects: 0,
    connectFailures: 0,
    warnings: 0,
  };
  private readonly manners: Manners;
  private readonly objects: readonly number[];
  private readonly parties: readonly Party[];
  private manager: SequentialManager;
  /** What owners keep in an object: with the lists, also of one that was refused. */
  private readonly tokens = new Map<number, bigint>();
  /** By their number in calls. */
  private readonly numbered: bigint[] = [0n];
  private log: LoggedCallback[] = [];

  /** @param consumers by address, their flags */
  constructor(
    manners: Manners,
    consumers: ReadonlyMap<number, number>,
    producers: ReadonlyMap<number, number>,
  ) {
    this.manners = manners;
    this.objects = [...consumers.keys(), ...producers.keys()];
    const party = (side: Party['side']) => (flags: number, i: number) => ({
      side,
      name: `${side} ${i}`,
      flags,
    });
    this.parties = [
      ...[...consumers.values()].map(party('consumer')),
      ...[...producers.values()].map(party('producer')),
    ];
    this.manager = SequentialManager.of({
      semantics: manners.semantics,
      parties: this.parties,
      hasRoom: () => true,
      holdsMeanwhile: false,
    });
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
    return this.manager.tokenOf(this.objects.indexOf(object)) !== 0;
  }

  /** @returns the address of whom it is connected with, or 0 */
  partnerOf(object: number): number {
    const token = this.isRegistered(object) ? this.tokenOf(object) : 0n;
    const { consumers, producers } = this;
    return (consumers.get(token) === object ? producers : consumers).get(token) ?? 0;
  }

  register(object: number, token: bigint, told: Refusal): number {
    const number = this.objects.indexOf(object);
    const call = { verb: 'register', object: number, token: this.numberOf(token) } as const;
    const steps = this.manager.steps(call, []);
    const refused = this.refusedIn(call, steps, told);
    const step = steps.find(({ outcome }) => (outcome.deed === 'refused') === (refused !== null));
    if (step === undefined) throw new Error('a connect that can neither be made nor refused');
    this.countRegistration(call, step);
    const deed = step.outcome.deed;
    if (deed === 'connected') this.counts.connects++;
    if (deed === 'refused') this.counts.connectFailures++;
    this.run(call, step, refused);
    this.manager = step.after;
    const error = step.outcome.error === REFUSAL ? -EIO : step.outcome.error;
    if (error === 0) this.side(number).set(token, object);
    // With the lists the owner sets the token; with the arrays the manager, and only on success.
    if (error === 0 || this.manners.semantics === 'list') this.tokens.set(object, token);
    return error;
  }

  unregister(object: number): void {
    const token = this.tokenOf(object);
    const number = this.objects.indexOf(object);
    const call = { verb: 'unregister', object: number, token: 0 } as const;
    const [step] = this.manager.steps(call, []) as [Step];
    if (token !== 0n) this.counts.acquisitions++;
    if (token !== 0n && this.manners.locking === 'token') this.counts.entryAcquisitions++;
    if (step.outcome.deed === 'parted') this.counts.disconnects++;
    this.run(call, step, null);
    if (this.isRegistered(object)) this.side(number).delete(token);
    this.manager = step.after;
    if (this.manners.semantics === 'xarray') this.tokens.delete(object);
  }

  /** What an owner does with a producer that was refused. */
  clearToken(object: number): void {
    this.tokens.delete(object);
  }

  private side(number: number): Map<bigint, number> {
    return this.parties[number]?.side === 'consumer' ? this.consumers : this.producers;
  }

  private numberOf(token: bigint): number {
    if (!this.numbered.includes(token)) this.numbered.push(token);
    return this.numbered.indexOf(token);
  }

  /** @returns who refuses the connect that may come, if anybody */
  private refusedIn(call: Call, steps: readonly Step[], told: Refusal): Refusal {
    const meeting = steps.find(({ outcome }) => outcome.deed === 'connected');
    if (meeting === undefined) return null;
    const both = [this.parties[call.object], this.parties[meeting.outcome.partner]] as Party[];
    const forced = ({ side, flags }: Party) =>
      (flags & FAILS_ADD) !== 0 && (side === 'consumer' || (flags & HAS_ADD) !== 0);
    const refusing = both.filter((one) => forced(one) || one.side === told).map(({ side }) => side);
    return refusing.find((side) => side === 'producer') ?? refusing[0] ?? null;
  }

  private countRegistration({ object }: Call, { outcome, after }: Step): void {
    const { locking, semantics } = this.manners;
    const { counts } = this;
    const wasIn = this.manager.tokenOf(object) !== 0;
    if (semantics === 'xarray' && wasIn) counts.warnings++;
    if (outcome.error === -EINVAL) return;
    counts.acquisitions++;
    if (locking === 'token') counts.entryAcquisitions++;
    if (locking === 'token' && outcome.error !== 0) counts.acquisitions++;
    const isAlone = after !== this.manager || outcome.deed === 'refused';
    if (locking === 'shared' && isAlone) counts.acquisitions++;
  }

  private run(call: Call, { outcome }: Step, refused: Refusal): void {
    if (outcome.deed === 'nothing') return;
    const ceremony = ceremoniesOf(this.parties, call).find(
      (one) =>
        one.deed === outcome.deed &&
        [one.producer, one.consumer].includes(outcome.partner) &&
        this.refuserOf(one) === refused,
    );
    if (ceremony === undefined) throw new Error(`no callbacks for ${outcome.deed}`);
    for (const { callback, object, partner } of ceremony.steps) {
      const side = this.parties[object]?.side;
      // The kernel names an add or del callback after whom it is told of.
      const isTold = callback === 'add' || callback === 'del';
      const named = (side === 'consumer') === isTold ? 'Producer' : 'Consumer';
      this.log.push({
        callback: `${callback}${named}`,
        object: this.objects[object] as number,
        other: partner === NOBODY ? 0 : (this.objects[partner] as number),
      });
    }
  }

  private refuserOf({ steps }: Ceremony): Refusal {
    const refusing = steps.find(({ error }) => error !== 0);
    return refusing === undefined ? null : (this.parties[refusing.object]?.side ?? null);
  }
}
