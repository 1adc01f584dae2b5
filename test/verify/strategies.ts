import type { Strategy } from '../../src/model/run-plan.js';
import { presetNames } from '../../src/plan/strategies.js';
import { readStrategy } from '../../src/plan/strategy-text.js';
import { USER_INDEX } from '../support/contestants.js';

/** Strategies whose managers differ, as `--strategy` takes them: the presets, and what they lack. */
export const STRATEGIES: readonly string[] = [
  ...presetNames,
  'rwsem,index=xarray',
  'outside,index=list',
  `outside,index=${USER_INDEX}`,
];

/** Those that are made of the same parts, put together in another way. */
export const MORE_STRATEGIES: readonly string[] = [
  // Tokens share a bucket.
  'hlist,hash-bits=1',
  'sharded,index=list',
  'rwsem,index=hlist',
  'rwsem,scope=sharded',
  'outside,index=hlist',
  `linux-6.17,index=${USER_INDEX}`,
];

export function strategyOf(text: string): Strategy {
  return readStrategy(text, '--strategy');
}

/** Without the folder of a user's own index. */
export function labelOf(text: string): string {
  return text.replace(USER_INDEX, './index.mjs');
}
