import { type IrqbenchError, usageError } from '../errors.js';
import { printable } from '../wording.js';

/** More than this would hide what is wrong with it. */
const LONGEST_SHOWN = 120;

/** Where a threshold was given, and its text: what its errors begin with. */
export interface ThresholdText {
  readonly text: string;
  /** `--fail-if`, or `file.yaml:3:7 thresholds`. */
  readonly where: string;
}

/** Ends the reading of a threshold, naming the column that a place in the text has. */
export type FailAt = (place: number, message: string) => never;

export function failAt(threshold: ThresholdText): FailAt {
  return (place, message) => {
    // As a reader counts, for whom a character outside the basic plane is one.
    const column = [...threshold.text.slice(0, place)].length + 1;
    throw thresholdError(threshold, `column ${column}: ${message}`);
  };
}

/** An error of a threshold as a whole. */
export function thresholdError({ text, where }: ThresholdText, message: string): IrqbenchError {
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return usageError(`${where} "${printable(shown)}": ${message}`);
}
