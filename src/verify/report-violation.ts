import type { ThreadPosition, TraceStep, Violation } from '../model/verify-result.js';
import { OP, opName } from '../stepping/operation.js';
import type { Run } from './explorer.js';
import { runSchedule } from './explorer.js';
import type { LockTrial } from './lock-program.js';
import type { LockWorld } from './lock-world.js';
import type { Machine } from './machine.js';
import { nameWord, regionOf } from './program.js';
import { spellTrial } from './replay.js';
import { DONE, PARKED, type ThreadState } from './thread.js';
import { type Event, Recorder } from './trace.js';

/** Of a trace that is longer than twice this, so much of its beginning and its end. */
const END_STEPS = 60;

/** Runs a violation's schedule once more, and writes down what a reader needs of it. */
export function reportViolation(
  world: LockWorld,
  machine: Machine,
  trial: LockTrial,
  name: string,
  { choices, preemptions, finding }: Run,
): Violation {
  const recorder = new Recorder();
  machine.recorder = recorder;
  runSchedule(machine, choices, true);
  machine.recorder = null;
  // Sections look at their data all alike, and counters are counted: no news but in a race.
  const isRace = finding?.kind === 'data race';
  const names = ['lock', ...(isRace ? ['data'] : [])];
  const events = recorder.events.filter(
    ({ isPlain, word }) =>
      !isPlain || names.includes(regionOf(machine.program.regions, word)?.name ?? ''),
  );
  const isLong = events.length > 2 * END_STEPS;
  const kept = isLong ? [...events.slice(0, END_STEPS), ...events.slice(-END_STEPS)] : events;
  return {
    trial: name,
    kind: finding?.kind ?? 'not deterministic',
    message: finding?.message ?? '',
    preemptions,
    replay: spellTrial(trial, choices),
    trace: kept.map((event) => stepOf(world, machine, event)),
    omitted: kept === events ? null : { after: END_STEPS, steps: events.length - kept.length },
    threads: machine.threads.map((thread) => positionOf(world, machine, thread)),
  };
}

function stepOf(world: LockWorld, machine: Machine, event: Event): TraceStep {
  const { thread, site, what, word, detail } = event;
  const where = word === 0 ? '' : ` ${nameWord(machine.program.regions, word)}`;
  const operation = `${what}${where} ${detail}`.trim();
  return { thread, ...placeOf(world, site), operation };
}

function placeOf(world: LockWorld, site: number): Pick<TraceStep, 'file' | 'line' | 'source'> {
  const place = world.placeOf(site);
  return place === undefined
    ? { file: null, line: null, source: null }
    : { file: place.file, line: place.line, source: place.text };
}

function positionOf(world: LockWorld, machine: Machine, thread: ThreadState): ThreadPosition {
  const { id, status, kind, site, a, b, array, at } = thread;
  const position = { thread: id, ...placeOf(world, status === DONE ? 0 : site) };
  if (status === DONE) return { ...position, state: 'has ended', operation: '' };
  if (kind === OP.mark) return { ...position, state: 'is inside', operation: '' };
  const name = nameWord(machine.program.regions, thread.word);
  const now = `${name} is ${array[at]}`;
  if (status === PARKED) {
    return { ...position, state: 'sleeps', operation: `since ${name} was ${a}; now ${now}` };
  }
  switch (kind) {
    case OP.awaitChange:
    case OP.awaitEither:
      return { ...position, state: 'spins', operation: `while ${now}` };
    case OP.awaitExchange:
      return { ...position, state: 'spins', operation: `until ${name} is ${b}; now ${now}` };
    case OP.isRunning:
      return { ...position, state: 'is about to', operation: `ask whether T${at} runs` };
    default:
      return { ...position, state: 'is about to', operation: `${opName(kind)} ${name}` };
  }
}
