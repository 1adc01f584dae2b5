import { type Phase, phaseNames } from './phases.js';
import type { Strategy } from './run-plan.js';

/** How axes that carry a number are spelled: as their flags take them, in plans and in reports. */

/** `global`, `sharded:16`, `token:16`: the scope as its flag takes it. */
export function spellScope({ scope, shards }: Pick<Strategy, 'scope' | 'shards'>): string {
  return scope === 'global' ? scope : `${scope}:${shards}`;
}

/** `hlist:9`: the index with its number of hash bits, where it has one. */
export function spellIndex({ index, hashBits }: Pick<Strategy, 'index' | 'hashBits'>): string {
  return index === 'hlist' ? `hlist:${hashBits}` : index;
}

/** `bare`, `kernel` for all phases, else their names: `srcu,queue`. */
export function spellPhases(phases: readonly Phase[]): string {
  if (phases.length === 0) return 'bare';
  return phases.length === phaseNames.length ? 'kernel' : phases.join(',');
}
