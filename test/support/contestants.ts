import { fileURLToPath } from 'node:url';
import { type Algorithms, loadAlgorithms } from '../../src/irqbypass/algorithms.js';
import { isLinked } from '../../src/irqbypass/table-layout.js';
import { LOCKS } from '../../src/locks/lock.js';
import type { Strategy } from '../../src/model/run-plan.js';
import { type AxisOverrides, resolveStrategy } from '../../src/plan/strategies.js';
import type { Manners } from './oracle.js';
import { SHARED_LOCKS } from './shared-lock.js';

/** Strategies as tests compare them: with what they are made by and how they behave. */

/** The template of an index of the user's own. */
export const USER_INDEX = fileURLToPath(
  new URL('../../../workloads/templates/index.mjs', import.meta.url),
);

export interface Contestant {
  readonly name: string;
  readonly index: Strategy['index'];
  readonly axes: AxisOverrides;
  readonly algorithms: Algorithms;
  readonly manners: Manners;
}

const INDEXES = ['list', 'hlist', 'xarray', USER_INDEX] as const;
const SHARDS = 3;
/** Few buckets, so that tokens meet in one. */
const HASH_BITS = 1;

const SCOPES: readonly AxisOverrides[] = [
  { scope: 'global', shards: 1, connect: 'inside' },
  { scope: 'sharded', shards: SHARDS, connect: 'inside' },
  { scope: 'token', shards: 1, connect: 'outside' },
  { scope: 'token', shards: SHARDS, connect: 'outside' },
];

/** Every index in every scope, and each without entries under a lock that is shared. */
export async function allContestants(): Promise<Contestant[]> {
  const contestants: Contestant[] = [];
  for (const index of INDEXES) {
    for (const scope of SCOPES) {
      contestants.push(await contestant(index, scope, false));
      if (scope.scope !== 'token') contestants.push(await contestant(index, scope, true));
    }
  }
  return contestants;
}

async function contestant(
  index: Strategy['index'],
  scope: AxisOverrides,
  isShared: boolean,
): Promise<Contestant> {
  const axes = { ...scope, hashBits: HASH_BITS };
  const strategy = resolveStrategy('linux-6.2', { ...axes, index });
  const { index: userIndex } = await loadAlgorithms(strategy);
  const isToken = strategy.scope === 'token';
  const label = index === USER_INDEX ? 'user' : index;
  return {
    name: `${label}, ${strategy.scope}:${strategy.shards}${isShared ? ', shared' : ''}`,
    index,
    axes,
    algorithms: { lock: isShared ? SHARED_LOCKS['not shared'] : LOCKS.mutex, index: userIndex },
    manners: {
      semantics: isLinked(strategy) && !isToken ? 'list' : 'xarray',
      locking: isToken ? 'token' : isShared ? 'shared' : 'exclusive',
    },
  };
}
