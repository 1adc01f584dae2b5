import { usageError } from '../errors.js';
import type { IndexName, LockName } from '../model/algorithm-names.js';
import type { Strategy } from '../model/run-plan.js';
import { spellIndex, spellScope } from '../model/spelling.js';

/**
 * The five axes of a strategy: each with its values and what they are, and the one table of what
 * does not go with what. What the table does not name goes together.
 */

/** A strategy without its name. */
export type Axes = Omit<Strategy, 'name'>;

type Named = {
  readonly index: IndexName;
  readonly lock: LockName;
  readonly scope: Strategy['scope'];
  readonly connect: Strategy['connect'];
  readonly bypass: Strategy['bypass'];
};
export type Axis = keyof Named;

/** Axis → value → what it is. Modules of the user's own are values too, by their path. */
export const axes = {
  index: {
    list: 'two linked lists, walked from end to end where there is no match',
    hlist: 'two hash tables of 2^--hash-bits buckets, each a list',
    xarray: 'two 64-way radix trees over the token',
  },
  lock: {
    mutex: 'three-state futex mutex: sleeps at once, newcomers may pass sleepers',
    'linux-mutex':
      "the kernel's: spins while the owner runs, first-in first-out sleepers, hand-off",
    tas: 'test and set: everybody writes one word until it was free',
    ttas: 'test, then test and set, with exponential back-off',
    ticket: 'take a number, spin until it is called: first come, first served',
    mcs: 'a queue in which each spins on a word of its own',
    'mcs-park': 'the same queue, whose waiters sleep after a short spin',
    cna: 'an MCS queue that prefers waiters of the own NUMA node (--nodes)',
    rwsem: 'readers look for duplicates together, one writer inserts',
  },
  scope: {
    global: 'one lock for every VM of the host',
    sharded: 'sharded:N, N locks, each with both tables of its tokens',
    token: 'token:N, an entry with a lock of its own for each token, found through N shards',
  },
  connect: {
    inside: 'the callbacks of a connect run inside the lock of the tables',
    outside: 'they run under no lock but that of their own token',
  },
  bypass: {
    on: 'every irqfd is registered with the manager',
    off: 'the module parameter says no: no irqfd is',
    none: 'compiled without: neither irqfds nor devices know a manager',
  },
} as const satisfies { readonly [A in Axis]: Readonly<Record<Named[A], string>> };

export interface Exclusion {
  readonly these: readonly [Axis, string];
  readonly those: readonly [Axis, string];
  readonly reason: string;
  readonly remedy: string;
}

/** The matrix of what goes with what, by what does not. */
export const EXCLUSIONS: readonly Exclusion[] = [
  {
    these: ['scope', 'global'],
    those: ['connect', 'outside'],
    reason:
      'two tables cannot be left while a pair of theirs connects: it needs the entries of scope token',
    remedy: '--scope token',
  },
  {
    these: ['scope', 'sharded'],
    those: ['connect', 'outside'],
    reason:
      'two tables cannot be left while a pair of theirs connects: it needs the entries of scope token',
    remedy: '--scope token',
  },
  {
    these: ['scope', 'token'],
    those: ['connect', 'inside'],
    reason: "a shard's lock covers finding an entry and counting its users, never callbacks",
    remedy: '--connect outside',
  },
  {
    these: ['lock', 'rwsem'],
    those: ['scope', 'token'],
    reason: 'every section counts users of an entry, so there is nothing that readers could share',
    remedy: '--lock mutex',
  },
];

/** The named values of one axis, in the table's order. */
export function axisValues<A extends Axis>(axis: A): readonly (keyof (typeof axes)[A] & string)[] {
  return Object.keys(axes[axis]) as (keyof (typeof axes)[A] & string)[];
}

/** Why two values of two axes do not go together, or undefined where they do. */
export function exclusionOf(
  [axis, value]: readonly [Axis, string],
  [otherAxis, otherValue]: readonly [Axis, string],
): Exclusion | undefined {
  const is = ([a, v]: readonly [Axis, string], axisName: Axis, name: string) =>
    a === axisName && v === name;
  return EXCLUSIONS.find(
    ({ these, those }) =>
      (is(these, axis, value) && is(those, otherAxis, otherValue)) ||
      (is(those, axis, value) && is(these, otherAxis, otherValue)),
  );
}

/** The first reason why a point is no strategy, or undefined where it is one. */
export function whyNot(point: Axes): Exclusion | undefined {
  return EXCLUSIONS.find(({ these, those }) =>
    [these, those].every(([axis, value]) => point[axis] === value),
  );
}

/**
 * @param where what error messages begin with
 * @throws IrqbenchError (2) with the reason, where the values do not go together
 */
export function checkAxes(point: Axes, where: string): void {
  const wrong = whyNot(point);
  if (wrong === undefined) return;
  const [these, those] = [wrong.these, wrong.those].map((pair) => pair.join(' '));
  throw usageError(
    `${where}: ${these} does not go with ${those}: ${wrong.reason}; give ${wrong.remedy}`,
  );
}

/** `index list, lock mutex, …`: every axis with its value. */
export function describeAxes(point: Axes): string {
  const share = point.noBypassShare > 0 ? `, no-bypass share ${point.noBypassShare}` : '';
  return (
    `index ${spellIndex(point)}, lock ${point.lock}, scope ${spellScope(point)}, ` +
    `connect ${point.connect}, bypass ${point.bypass}${share}`
  );
}
