import type { Digest } from './digest.js';
import {
  type Call,
  type CallbackEvent,
  DEEDS,
  deedOf,
  isUsable,
  type Monitor,
  NOBODY,
  nameOf,
  type Party,
  spellCall,
} from './monitor.js';
import { type Configuration, complete, Possible, type UnderWay } from './possible.js';
import type { Finding } from './program.js';
import {
  type Outcome,
  REFUSAL,
  type Rules,
  SequentialManager,
  spellOutcome,
} from './sequential-manager.js';

/**
 * Linearizability: every call seems to happen at one moment between its beginning and its end, in
 * an order in which the sequential manager does the same. (M. Herlihy, J. Wing, "Linearizability",
 * 1990.) What a call did is its error and whom it connected or parted, which its callbacks tell.
 *
 * It is checked while it happens: the monitor keeps every *configuration* that could be, a
 * sequential manager together with the calls that have not returned and what came of those of them
 * that have happened in it. (J. Wing, C. Gong, "Testing and Verifying Concurrent Objects", 1993;
 * G. Lowe, "Testing for Linearizability", 2017.) A new call adds what may come of it, in any order
 * with the others; a return leaves the configurations in which the call has happened with this
 * outcome, and if there is none, that is the finding.
 *
 * The set holds all that could be and nothing else, so equal sets have equal futures. That calls
 * hold memory for a moment (`Rules.holdsMeanwhile`) may widen it when one begins; when one returns
 * fewer are under way, and nothing can be added.
 *
 * Which set follows which is remembered, since a search runs the same beginnings over and over.
 */
export class LinearizabilityMonitor implements Monitor {
  private readonly rules: Rules;
  private readonly start: Possible;
  private now: Possible;
  /** By thread: what the callbacks of its call came to; the error is the callback's. */
  private readonly did: Outcome[];

  /** @param registered by object: its token where it is registered before anybody calls, else 0 */
  constructor(threads: number, rules: Rules, registered?: readonly number[]) {
    this.rules = rules;
    const calls = Array.from({ length: threads }, () => null);
    this.start = Possible.of([{ manager: SequentialManager.of(rules, registered), calls }]);
    this.now = this.start;
    this.did = Array.from({ length: threads }, () => NOTHING);
  }

  restart(): void {
    this.now = this.start;
    this.did.fill(NOTHING);
  }

  /** @throws Error where the object is in a call already, which is its caller's mistake */
  called(thread: number, call: Call): void {
    this.did[thread] = NOTHING;
    const event = `${thread} ${call.verb} ${call.object} ${call.token}`;
    this.now = this.now.after(event, (before) => this.begin(before, thread, call));
  }

  ran(thread: number, event: CallbackEvent): Finding | null {
    const deed = deedOf(this.rules.parties, event);
    const call = this.now.callOf(thread)?.call;
    if (deed === 'nothing' || call === undefined) return null;
    const before = this.did[thread] as Outcome;
    if (before.deed !== 'nothing')
      return notLinearizable(
        `thread ${thread}: ${this.spell(call)} met ${this.name(before.partner)} and then another`,
      );
    const partner = event.object === call.object ? event.partner : event.object;
    this.did[thread] = { deed, partner, error: event.error };
    return null;
  }

  returned(thread: number, error: number): Finding | null {
    const { deed, partner, error: refusal } = this.did[thread] as Outcome;
    const isRefusal = deed === 'refused' && error === refusal;
    const outcome = { deed, partner, error: isRefusal ? REFUSAL : error };
    const key = spellOutcome(outcome);
    const after = this.now.after(`${thread} returned ${key}`, (before) =>
      before
        .filter(({ calls }) => outcomeKeyOf(calls[thread]) === key)
        .map(({ manager, calls }) => ({ manager, calls: calls.with(thread, null) })),
    );
    if (after.configurations.length === 0) return this.describe(thread, { deed, partner, error });
    this.did[thread] = NOTHING;
    this.now = after;
    return null;
  }

  ended(): Finding | null {
    return null;
  }

  /** @returns what an object is registered with, 0 where it is not; it must be in no call */
  tokenOf(object: number): number {
    return tokenIn(this.now.configurations, object);
  }

  addTo(digest: Digest): void {
    digest.addDigest(this.now.digest);
    for (const { deed, partner, error } of this.did) {
      digest.add(DEEDS.indexOf(deed));
      digest.add(partner);
      digest.add(error);
    }
  }

  private begin(before: readonly Configuration[], thread: number, call: Call): Configuration[] {
    const { verb, object } = call;
    const isBusy = before[0]?.calls.some((other) => other?.call.object === object);
    if (isBusy) throw new Error(`${this.spell(call)}: it is in a call that has not returned`);
    const party = this.rules.parties[object] as Party;
    const held = tokenIn(before, object);
    // What cannot be registered anyway is refused before it takes anything.
    const taken = held === 0 && isUsable(party) ? call.token : 0;
    const token = verb === 'register' ? taken : held;
    const holding = token === 0 ? null : { side: party.side, token };
    const underWay: UnderWay = { call, holding, outcome: null };
    return complete(
      before.map(({ manager, calls }) => ({ manager, calls: calls.with(thread, underWay) })),
    );
  }

  private describe(thread: number, outcome: Outcome): Finding {
    const { call } = this.now.callOf(thread) as UnderWay;
    const possible = this.now.configurations.flatMap(({ calls }) => {
      const happened = calls[thread]?.outcome;
      return happened == null ? [] : [this.word(call, happened)];
    });
    const expected = [...new Set(possible)].sort().join(', or ');
    const done = this.word(call, outcome);
    return notLinearizable(
      `thread ${thread}: ${this.spell(call)} ${done}; one after the other it could have ${expected}`,
    );
  }

  /** `returned 0, connected with producer P` */
  private word({ verb }: Call, { deed, partner, error }: Outcome): string {
    const returned = error === REFUSAL ? "returned its callback's error" : `returned ${error}`;
    const end = verb === 'register' ? returned : 'returned';
    if (partner === NOBODY) return error < 0 ? end : `${end}, having met nobody`;
    const met = {
      connected: 'connected with',
      refused: 'not connected with',
      parted: 'parted from',
    };
    return `${end}, ${met[deed as keyof typeof met]} ${this.name(partner)}`;
  }

  private name(object: number): string {
    return nameOf(this.rules.parties, object);
  }

  private spell(call: Call): string {
    return spellCall(this.rules.parties, call);
  }
}

const NOTHING: Outcome = { deed: 'nothing', partner: NOBODY, error: 0 };

function outcomeKeyOf(underWay: UnderWay | null | undefined): string | null {
  return underWay?.outcome == null ? null : spellOutcome(underWay.outcome);
}

function tokenIn(configurations: readonly Configuration[], object: number): number {
  return configurations[0]?.manager.tokenOf(object) ?? 0;
}

function notLinearizable(message: string): Finding {
  return { kind: 'not linearizable', message };
}
