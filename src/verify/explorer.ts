import type { Machine } from './machine.js';
import type { Finding } from './program.js';

/** What every explorer is: it runs schedules one after the other until something ends it. */
export interface Explorer {
  /** Schedules that were run, to their end or to a state that was known. */
  readonly schedules: number;
  readonly steps: number;
  /** States with a choice that were told apart, or null where nobody looks. */
  readonly states: number | null;
  /** Preemptions up to which every schedule was covered, or null. */
  readonly covered: number | null;
  /** Whether something was left out for a bound. */
  readonly wasBounded: boolean;
  /**
   * Runs schedules until one has a finding, there are none left or `pause` says so.
   * @returns the finding with its schedule, `done` or `paused`
   */
  explore(pause: () => boolean): Found | 'done' | 'paused';
}

export const NOT_DETERMINISTIC: Finding = {
  kind: 'not deterministic',
  message: 'the same schedule had another trace when it was run again',
};

/** A finding, and the choices that lead to it. */
export interface Found {
  readonly finding: Finding;
  readonly choices: readonly number[];
}

/** A schedule that was carried out: what was chosen, and how often that was an interference. */
export interface Run extends Partial<Pick<Found, 'finding'>> {
  readonly choices: readonly number[];
  readonly preemptions: number;
}

/**
 * Runs a schedule. Of its choices those that cannot be taken are skipped; after the last the
 * threads go on as usual, each as far as it gets.
 * @param isStrict ends where a choice cannot be taken
 * @returns what was chosen in the end, shorter than the wish where `isStrict` ended it
 */
export function runSchedule(machine: Machine, wish: readonly number[], isStrict = false): Run {
  machine.restart();
  const choices: number[] = [];
  let preemptions = 0;
  let next = 0;
  while (machine.choose()) {
    while (next < wish.length && machine.choices.indexOf(wish[next] as number) < 0) {
      if (isStrict) return { choices, preemptions };
      next++;
    }
    const choice = wish[next++] ?? machine.choices.usual(machine.current);
    preemptions += machine.choices.costs[machine.choices.indexOf(choice)] as number;
    choices.push(choice);
    machine.step(choice);
  }
  return machine.finding === null
    ? { choices, preemptions }
    : { choices, preemptions, finding: machine.finding };
}

/** Every so many drawn schedules one is run again, to see that it takes the same course. */
const REPEATED = 64;

/**
 * Of an explorer that draws its schedules: what is wrong with the one that was just run, if
 * anything is; that it goes another way when it is run again, too.
 * @param count how many were run, this one included
 */
export function judgeDrawn(
  machine: Machine,
  choices: readonly number[],
  count: number,
): Found | null {
  if (machine.finding !== null) return { finding: machine.finding, choices };
  if (count % REPEATED !== 1) return null;
  const prints = machine.threads.map(({ print }) => print);
  const again = runSchedule(machine, choices, true);
  // The first time did not know yet that a word is shared.
  if (again.finding?.kind === 'data race') return { finding: again.finding, choices };
  const isSame = machine.threads.every(({ print }, thread) => print === prints[thread]);
  return isSame ? null : { finding: NOT_DETERMINISTIC, choices };
}
