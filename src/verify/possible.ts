import { Digest } from './digest.js';
import type { Call } from './monitor.js';
import {
  type Holding,
  type Outcome,
  type SequentialManager,
  spellOutcome,
} from './sequential-manager.js';

/** What could be while calls overlap: see `linearizability.ts`. */

/** A call that has not returned. */
export interface UnderWay {
  readonly call: Call;
  /** What it may hold for a moment, where the rules say that calls do. */
  readonly holding: Holding | null;
  /** What came of it, if it has happened. */
  readonly outcome: Outcome | null;
}

/** One way in which it could be. */
export interface Configuration {
  readonly manager: SequentialManager;
  /** By thread; null where it is in no call. */
  readonly calls: readonly (UnderWay | null)[];
}

/** All the ways, in an order that depends on nothing else. */
export class Possible {
  readonly configurations: readonly Configuration[];
  readonly digest = new Digest();
  /** Every set that was come to from one beginning, by what is in it: one object each. */
  private readonly known: Map<string, Possible>;
  private readonly followers = new Map<string, Possible>();

  private constructor(
    key: string,
    configurations: readonly Configuration[],
    known: Map<string, Possible>,
  ) {
    this.configurations = configurations;
    this.known = known;
    this.digest.reset();
    for (const character of key) this.digest.add(character.charCodeAt(0));
  }

  static of(configurations: readonly Configuration[], known = new Map<string, Possible>()) {
    const byKey = new Map(configurations.map((one) => [keyOf(one), one]));
    const keys = [...byKey.keys()].sort();
    const key = keys.join(';');
    const sorted = keys.map((one) => byKey.get(one) as Configuration);
    const possible = known.get(key) ?? new Possible(key, sorted, known);
    known.set(key, possible);
    return possible;
  }

  callOf(thread: number): UnderWay | null {
    return this.configurations[0]?.calls[thread] ?? null;
  }

  /**
   * What there is after an event, remembered by the event's name.
   * @param follow from these
   */
  after(event: string, follow: (before: readonly Configuration[]) => Configuration[]): Possible {
    const follower =
      this.followers.get(event) ?? Possible.of(follow(this.configurations), this.known);
    this.followers.set(event, follower);
    return follower;
  }
}

/** Adds every order in which calls that have not happened could. */
export function complete(configurations: readonly Configuration[]): Configuration[] {
  const known = new Map(configurations.map((one) => [keyOf(one), one]));
  // A map's iteration comes to what is added on the way.
  for (const one of known.values())
    for (const next of successors(one)) known.set(keyOf(next), known.get(keyOf(next)) ?? next);
  return [...known.values()];
}

/** One more call happens. */
function successors({ manager, calls }: Configuration): Configuration[] {
  return calls.flatMap((underWay, thread) => {
    if (underWay === null || underWay.outcome !== null) return [];
    const meanwhile = calls.flatMap((other) =>
      other === null || other === underWay || other.holding === null ? [] : [other.holding],
    );
    return manager.steps(underWay.call, meanwhile).map(({ outcome, after }) => ({
      manager: after,
      calls: calls.with(thread, { ...underWay, outcome }),
    }));
  });
}

function keyOf({ manager, calls }: Configuration): string {
  const words = calls.map((underWay) => {
    if (underWay === null) return '';
    const { call, holding, outcome } = underWay;
    const came = outcome === null ? '' : spellOutcome(outcome);
    return `${call.verb} ${call.object} ${call.token} ${holding?.token ?? 0} ${came}`;
  });
  return `${manager.key}|${words.join('|')}`;
}
