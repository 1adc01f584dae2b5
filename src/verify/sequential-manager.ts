import { EBUSY, EINVAL, ENOMEM } from '../irqbypass/errno.js';
import { type Call, type Deed, isUsable, NOBODY, type Party, type Side } from './monitor.js';

/**
 * The manager as its table of semantics (see `irqbypass/manager.ts`) and nothing else: which object
 * is registered with which token, and what a call may come to. No memory, no lock, no links, and
 * one call after the other. Two objects that are registered with one token are connected: a
 * connect that fails refuses the newcomer.
 *
 * Strategies of either semantics return the same: shards, entries of tokens and connecting outside
 * the lock are not to be seen. What differs is how many tokens there is memory for.
 *
 * Unregistering an object that is not registered does nothing. The managers with lists do it to a
 * producer only if its owner cleared the token that was refused: see `manager.ts`.
 */

/** A side of a token, which takes memory while it is registered. */
export interface Holding {
  readonly side: Side;
  readonly token: number;
}

export interface Rules {
  readonly semantics: 'list' | 'xarray';
  readonly parties: readonly Party[];
  /** Whether one more finds the memory that it needs, if any, where those have theirs. */
  readonly hasRoom: (newcomer: Holding, holders: readonly Holding[]) => boolean;
  /**
   * Whether a call may hold memory for its token, for a moment, that it gives back or has given
   * back when it ends: an entry does, until its last user has counted back. Then a registration
   * may find no memory that would find it if every call were over.
   */
  readonly holdsMeanwhile: boolean;
}

/** What a call comes to. */
export interface Outcome {
  readonly deed: Deed;
  /** With whom; `NOBODY` for nothing. */
  readonly partner: number;
  /** 0, a negative errno, or `REFUSAL`. */
  readonly error: number;
}

/** Whatever the callback returned that refused. */
export const REFUSAL = 1;

/** Equal for equal outcomes. */
export function spellOutcome({ deed, partner, error }: Outcome): string {
  return `${deed} ${partner} ${error}`;
}

/** One way that a call may go, and what there is afterwards. */
export interface Step {
  readonly outcome: Outcome;
  readonly after: SequentialManager;
}

/** A value: nothing changes it. */
export class SequentialManager {
  /** Equal in two managers of the same rules that are in the same state. */
  readonly key: string;
  private readonly rules: Rules;
  /** By object; 0 where it is not registered. */
  private readonly tokens: readonly number[];

  private constructor(rules: Rules, tokens: readonly number[]) {
    this.rules = rules;
    this.tokens = tokens;
    this.key = tokens.join();
  }

  /** @param tokens by object: what it is registered with from the beginning, or 0 */
  static of(rules: Rules, tokens: readonly number[] = rules.parties.map(() => 0)) {
    return new SequentialManager(rules, tokens);
  }

  /** @returns what the object is registered with, or 0 */
  tokenOf(object: number): number {
    return this.tokens[object] ?? 0;
  }

  /**
   * All that a call may do now: one thing, but where a callback may refuse or memory may be short.
   * @param meanwhile what other calls may hold that are under way
   */
  steps(call: Call, meanwhile: readonly Holding[]): readonly Step[] {
    return call.verb === 'register' ? this.register(call, meanwhile) : [this.unregister(call)];
  }

  private register({ object, token }: Call, meanwhile: readonly Holding[]): readonly Step[] {
    const { parties, hasRoom, holdsMeanwhile } = this.rules;
    const party = parties[object] as Party;
    const error = this.refuses(object, party, token);
    if (error !== 0) return [this.unchanged(error)];
    const newcomer = { side: party.side, token };
    const holders = this.holders();
    const steps: Step[] = [];
    if (hasRoom(newcomer, holders)) steps.push(...this.admit(object, token));
    const isShort = !hasRoom(newcomer, holdsMeanwhile ? [...holders, ...meanwhile] : holders);
    if (isShort) steps.push(this.unchanged(-ENOMEM));
    return steps;
  }

  /** @returns why an object cannot be registered, whoever else is: 0 or a negative errno */
  private refuses(object: number, party: Party, token: number): number {
    const { semantics } = this.rules;
    const isIn = this.tokenOf(object) !== 0;
    if (semantics === 'xarray' && isIn) return -EINVAL;
    if (token === 0 || !isUsable(party)) return -EINVAL;
    if (this.find(party.side, token) !== NOBODY) return -EBUSY;
    if (!isIn) return 0;
    if (party.side === 'consumer') return -EBUSY;
    throw new Error(
      `${party.name} is registered and comes with another token, which lists do not notice`,
    );
  }

  private admit(object: number, token: number): readonly Step[] {
    const partner = this.partnerOf(object, token);
    const after = new SequentialManager(this.rules, this.tokens.with(object, token));
    if (partner === NOBODY) return [{ outcome: { deed: 'nothing', partner, error: 0 }, after }];
    return [
      { outcome: { deed: 'connected', partner, error: 0 }, after },
      { outcome: { deed: 'refused', partner, error: REFUSAL }, after: this },
    ];
  }

  private unregister({ object }: Call): Step {
    const token = this.tokenOf(object);
    if (token === 0) return this.unchanged(0);
    const partner = this.partnerOf(object, token);
    const deed = partner === NOBODY ? 'nothing' : 'parted';
    const after = new SequentialManager(this.rules, this.tokens.with(object, 0));
    return { outcome: { deed, partner, error: 0 }, after };
  }

  private unchanged(error: number): Step {
    return { outcome: { deed: 'nothing', partner: NOBODY, error }, after: this };
  }

  private partnerOf(object: number, token: number): number {
    const isConsumer = this.rules.parties[object]?.side === 'consumer';
    return this.find(isConsumer ? 'producer' : 'consumer', token);
  }

  private find(side: Side, token: number): number {
    return this.tokens.findIndex(
      (held, object) => held === token && this.rules.parties[object]?.side === side,
    );
  }

  private holders(): Holding[] {
    return this.rules.parties
      .map(({ side }, object) => ({ side, token: this.tokenOf(object) }))
      .filter(({ token }) => token !== 0);
  }
}
