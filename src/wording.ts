import { distance } from 'fastest-levenshtein';

/** How error messages show what the user wrote, so that each stays one line of plain text. */

const LONGEST_SHOWN = 40;

/** The text with every control and line-breaking character spelled out as an escape. */
export function printable(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** The text in quotes, printable, and cut where it is longer than anyone needs to see. */
export function quote(text: string): string {
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return `"${printable(cut)}"`;
}

/** `a`, `a or b`, `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/**
 * What the user probably meant.
 * @returns the candidate a few typing mistakes away, else one that the word is a part of, else
 *   undefined
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.slice(0, 2 * LONGEST_SHOWN).toLowerCase();
  const mistakes = Math.max(2, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = Math.min(mistakes, wanted.length - 1) + 1;
  for (const candidate of candidates) {
    const apart = distance(wanted, candidate);
    if (apart < bestDistance) {
      best = candidate;
      bestDistance = apart;
    }
  }
  if (best !== undefined || wanted.length < 3) return best;
  return candidates.find((candidate) => candidate.includes(wanted));
}

/** ` (did you mean X?)` to put behind an unknown word, or nothing where no candidate is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}
