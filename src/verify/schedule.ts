import { CHOICE, choiceOf, threadOf, variantOf } from './choices.js';

/**
 * A schedule as a string that can be given back: the trial it is of, then whose turn it is, a
 * letter for each thread with how often in a row: `3x2:a5bc2a`. A small letter after that says
 * what happened instead of an operation: `n` no, to a question; `t` timed out; `s` woke by itself.
 * The trial's mode and its NUMA nodes stand before the colon where they are not the usual ones:
 * `3x2m:…` mixes shared and exclusive acquisitions, `3x2n2:…` has two nodes.
 */

const SUFFIXES: Readonly<Record<number, string>> = {
  [CHOICE.run]: '',
  [CHOICE.deny]: 'n',
  [CHOICE.timeOut]: 't',
  [CHOICE.spurious]: 's',
};
const FIRST = 'a'.charCodeAt(0);

/** Threads that a schedule has letters for. */
export const MAX_THREADS = 8;

export function spellSchedule(choices: readonly number[]): string {
  let text = '';
  for (let i = 0; i < choices.length; ) {
    const choice = choices[i] as number;
    let end = i + 1;
    while (choices[end] === choice) end++;
    const letter = String.fromCharCode(FIRST + threadOf(choice));
    const times = end - i > 1 ? String(end - i) : '';
    text += `${letter}${SUFFIXES[variantOf(choice)]}${times}`;
    i = end;
  }
  return text;
}

/** @returns undefined where the text is no schedule */
export function readSchedule(text: string): number[] | undefined {
  if (!/^(?:[a-h][nts]?\d*)*$/.test(text)) return undefined;
  const choices: number[] = [];
  for (const [, letter = '', suffix = '', times] of text.matchAll(/([a-h])([nts]?)(\d*)/g)) {
    const variant = Number(Object.entries(SUFFIXES).find(([, value]) => value === suffix)?.[0]);
    const choice = choiceOf(letter.charCodeAt(0) - FIRST, variant);
    for (let i = 0; i < Number(times || 1); i++) choices.push(choice);
  }
  return choices;
}
