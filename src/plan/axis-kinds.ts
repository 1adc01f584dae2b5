import { isModulePath } from '../model/algorithm-names.js';
import { strategySchema } from '../model/run-plan.js';
import { spellScope } from '../model/spelling.js';
import { parseCount } from '../units.js';
import { type Axes, axisValues } from './axes.js';
import { USUAL_SHARDS } from './strategies.js';
import { choice, type Kind, MAX_COUNT } from './values.js';

/** The kinds of value that axes of a strategy take, where they are more than names. */

/** A name of the axis, or the path of a module. */
export function nameOrModule(noun: string, names: readonly string[]): Kind<string> {
  const named = choice(noun, names, ', or the path of a module (./mine.mjs)');
  return {
    ...named,
    read: (text, refuse) => (isModulePath(text) ? text : named.read(text, refuse)),
  };
}

type Scope = Pick<Axes, 'scope' | 'shards'>;
const MAX_SHARDS = strategySchema.shape.shards.maxValue ?? MAX_COUNT;

export const scope: Kind<Scope> = {
  accepts: `global, sharded:N or token:N with N from 1 to ${MAX_SHARDS}, such as sharded:${USUAL_SHARDS}`,
  read(text, refuse) {
    const [, word = '', colon, number = ''] = /^([^:]*)(:)?(.*)$/s.exec(text) ?? [];
    const name = choice('scope', axisValues('scope')).read(word, refuse);
    if (name === 'global') return colon ? refuse('has a number') : { scope: name, shards: 1 };
    if (!colon) return { scope: name, shards: USUAL_SHARDS };
    const shards = parseCount(number);
    if (shards === undefined || shards < 1 || shards > MAX_SHARDS) {
      return refuse('has no such number of shards');
    }
    return { scope: name, shards };
  },
  spell: spellScope,
};
