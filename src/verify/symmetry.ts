import { hash32 } from '../sync/random.js';
import { choiceOf, threadOf, variantOf } from './choices.js';
import type { Machine } from './machine.js';
import { type Event, Recorder } from './trace.js';

/**
 * Whether threads are interchangeable: whether a program does the same, under other names, when
 * they are renamed. A lock uses its threads' numbers as names, to link them and to tell their
 * words apart; one that compares them, or knows a NUMA node, does more. It is tried, not proved:
 * random schedules are run again with the threads renamed in every way.
 */
const SCHEDULES = 60;

export function areInterchangeable(machine: Machine, seed: number): boolean {
  const renamings = permutationsOf(machine.threads.length).slice(1);
  for (let schedule = 0; schedule < SCHEDULES; schedule++) {
    const original = record(machine, (step) => hash32(seed, schedule, step));
    if (original === null) return true;
    for (const names of renamings) if (!isSame(machine, original, names)) return false;
  }
  return true;
}

interface Recorded {
  readonly choices: readonly number[];
  readonly events: readonly Event[];
}

/** @returns null where the schedule ends in a finding, which is to be found by an explorer */
function record(machine: Machine, draw: (step: number) => number): Recorded | null {
  const recorder = new Recorder();
  machine.recorder = recorder;
  machine.restart();
  const taken: number[] = [];
  while (machine.choose()) {
    const { list, count } = machine.choices;
    const choice = list[draw(taken.length) % count] as number;
    taken.push(choice);
    machine.step(choice);
  }
  machine.recorder = null;
  return machine.finding === null ? { choices: taken, events: recorder.events } : null;
}

function isSame(
  machine: Machine,
  { choices, events }: Recorded,
  names: readonly number[],
): boolean {
  const recorder = new Recorder();
  machine.recorder = recorder;
  machine.restart();
  const renamed = choices.map((choice) =>
    choiceOf(names[threadOf(choice)] as number, variantOf(choice)),
  );
  const ran = renamed.every((choice) => {
    if (!machine.choose() || machine.choices.indexOf(choice) < 0) return false;
    machine.step(choice);
    return true;
  });
  machine.recorder = null;
  if (!ran || machine.finding !== null || recorder.events.length !== events.length) return false;
  return recorder.events.every((event, i) => {
    const other = events[i] as Event;
    return (
      event.thread === names[other.thread] &&
      event.site === other.site &&
      event.what === other.what &&
      event.outcome === other.outcome
    );
  });
}

/** All orders of 0 … n-1, the usual one first. */
function permutationsOf(n: number): number[][] {
  if (n === 0) return [[]];
  return permutationsOf(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => [
      ...rest.slice(0, n - 1 - at),
      n - 1,
      ...rest.slice(n - 1 - at),
    ]),
  );
}
