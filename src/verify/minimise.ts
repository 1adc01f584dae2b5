import { DepthFirst } from './dfs.js';
import { type Found, type Run, runSchedule } from './explorer.js';
import type { Machine } from './machine.js';

/** Makes a schedule that leads to a finding as short as it gets: preemptions first, then steps. */

/** Schedules that are spent on a search for one with fewer preemptions. */
const SEARCH = 20_000;
/** Of runs up to this length each is tried to be left out, at every place. */
const EVERY = 64;
/** Steps that are spent on that in all: a schedule that never ends takes thousands each time. */
const STEPS = 1e6;

/**
 * @param isMinimal whether it is known to have the fewest preemptions
 * @returns a schedule with a finding of the same kind
 */
export function minimise(machine: Machine, found: Found, isMinimal: boolean): Run {
  let best = runSchedule(machine, found.choices);
  if (best.finding?.kind !== found.finding.kind) {
    // Not deterministic: there is nothing to go by.
    return { ...found, preemptions: best.preemptions };
  }
  if (!isMinimal && best.preemptions > 0) best = fewerPreemptions(machine, best);
  return fewerSteps(machine, best);
}

function fewerPreemptions(machine: Machine, run: Run): Run {
  const search = new DepthFirst(machine, run.preemptions - 1);
  const found = search.explore(() => search.schedules >= SEARCH);
  if (typeof found === 'string' || found.finding.kind !== run.finding?.kind) return run;
  return runSchedule(machine, found.choices);
}

/**
 * Leaves out choices, many at once and then fewer, for as long as the finding stays. Of a short
 * schedule every run of choices is tried: a thread's whole action, say, which no halving hits.
 */
function fewerSteps(machine: Machine, run: Run): Run {
  let best = run;
  let steps = 0;
  for (let length = best.choices.length; length >= 1 && steps < STEPS; ) {
    for (let from = 0; from < best.choices.length && steps < STEPS; ) {
      const rest = best.choices.filter((_, i) => i < from || i >= from + length);
      const tried = runSchedule(machine, rest);
      steps += machine.steps;
      if (tried.finding?.kind === run.finding?.kind && isShorter(tried, best)) best = tried;
      else from += length <= EVERY ? 1 : length;
    }
    length = length <= EVERY ? length - 1 : length >> 1;
  }
  return best;
}

function isShorter(one: Run, other: Run): boolean {
  if (one.preemptions !== other.preemptions) return one.preemptions < other.preemptions;
  return one.choices.length < other.choices.length;
}
