import { type Phase, phaseNames } from '../model/phases.js';
import { spellPhases } from '../model/spelling.js';
import { didYouMean, quote } from '../wording.js';
import type { Kind } from './values.js';

/** The grammar of `--phases`: `bare`, `kernel`, or the names of some phases. */

const WHOLE = new Map<string, readonly Phase[]>([
  ['bare', []],
  ['kernel', phaseNames],
]);

export const phases: Kind<Phase[]> = {
  accepts: `bare, kernel or some of ${phaseNames.join(',')} (irqbench list phases)`,
  list: true,
  read(text, refuse) {
    const whole = WHOLE.get(text);
    if (whole !== undefined) return [...whole];
    const names = text.split(',').map((name) => name.trim());
    for (const [i, name] of names.entries()) {
      if (WHOLE.has(name)) return refuse(`has ${quote(name)}, which goes alone`);
      if (!phaseNames.some((known) => known === name)) {
        const known = [...phaseNames, ...WHOLE.keys()];
        return refuse(`has an unknown phase ${quote(name)}${didYouMean(name, known)}`);
      }
      if (names.indexOf(name) < i) return refuse(`says ${quote(name)} twice`);
    }
    // In the order of the table, however they were given: a plan has one spelling.
    return phaseNames.filter((name) => names.includes(name));
  },
  spell: spellPhases,
};
