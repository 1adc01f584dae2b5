import type { Strategy } from '../../src/model/run-plan.js';
import { presetNames } from '../../src/plan/strategies.js';
import { readStrategy } from '../../src/plan/strategy-text.js';
import { USER_INDEX } from '../support/contestants.js';

/**
 * Every strategy whose manager differs from another's, as `--strategy` takes it: all presets, and
 * what they leave out. With one hash bit tokens share a bucket.
 */
export const STRATEGIES: readonly string[] = [
  ...presetNames,
  'hlist,hash-bits=1',
  'sharded,index=list',
  'rwsem,index=hlist',
  'rwsem,index=xarray',
  'rwsem,scope=sharded',
  'outside,index=list',
  'outside,index=hlist',
  `linux-6.17,index=${USER_INDEX}`,
  `outside,index=${USER_INDEX}`,
];

export function strategyOf(text: string): Strategy {
  return readStrategy(text, '--strategy');
}

/** Without the folder of a user's own index. */
export function labelOf(text: string): string {
  return text.replace(USER_INDEX, './index.mjs');
}
