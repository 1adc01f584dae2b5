import type { ThreadPosition, TraceStep, Violation } from '../model/verify-result.js';
import { OP, opName } from '../stepping/operation.js';
import type { SourcePlace } from '../stepping/sites.js';
import type { Run } from './explorer.js';
import { runSchedule } from './explorer.js';
import type { Machine } from './machine.js';
import { MARK, nameWord, regionOf } from './program.js';
import { DONE, PARKED, type ThreadState } from './thread.js';
import { type Event, Recorder } from './trace.js';

/** Of a trace that is longer than twice this, so much of its beginning and its end. */
const END_STEPS = 60;

/** Where the operations of a program stand. */
export interface Places {
  /** What a schedule is said to be of: `lock`, `scenario`. */
  readonly noun: string;
  readonly placeOf: (site: number) => SourcePlace | undefined;
}

/** What is reported on. */
export interface Reported {
  readonly name: string;
  readonly places: Places;
  /** What `--replay` takes for a schedule of it. */
  readonly spell: (choices: readonly number[]) => string;
}

/** Runs a violation's schedule once more, and writes down what a reader needs of it. */
export function reportViolation(
  machine: Machine,
  { name, places, spell }: Reported,
  { choices, preemptions, finding }: Run,
): Violation {
  const { program } = machine;
  const recorder = new Recorder(program.nameMark?.bind(program));
  machine.recorder = recorder;
  runSchedule(machine, choices, true);
  machine.recorder = null;
  // What a lock protects is read and written all alike, and counters are counted: no news but in a
  // race.
  const events = recorder.events.filter(
    ({ isPlain, word }) =>
      !isPlain || word === finding?.word || regionOf(program.regions, word)?.isTold === true,
  );
  const isLong = events.length > 2 * END_STEPS;
  const kept = isLong ? [...events.slice(0, END_STEPS), ...events.slice(-END_STEPS)] : events;
  return {
    trial: name,
    kind: finding?.kind ?? 'not deterministic',
    message: finding?.message ?? '',
    preemptions,
    replay: spell(choices),
    trace: kept.map((event) => stepOf(places, machine, event)),
    omitted: kept === events ? null : { after: END_STEPS, steps: events.length - kept.length },
    threads: machine.threads.map((thread) => positionOf(places, machine, thread)),
  };
}

function stepOf(places: Places, machine: Machine, event: Event): TraceStep {
  const { thread, site, what, word, detail } = event;
  const where = word === 0 ? '' : ` ${nameWord(machine.program.regions, word)}`;
  const operation = `${what}${where} ${detail}`.trim();
  return { thread, ...placeOf(places, site), operation };
}

function placeOf(places: Places, site: number): Pick<TraceStep, 'file' | 'line' | 'source'> {
  const place = places.placeOf(site);
  return place === undefined
    ? { file: null, line: null, source: null }
    : { file: place.file, line: place.line, source: place.text };
}

function positionOf(places: Places, machine: Machine, thread: ThreadState): ThreadPosition {
  const { id, status, kind, site, a, b, array, at } = thread;
  const position = { thread: id, ...placeOf(places, status === DONE ? 0 : site) };
  if (status === DONE) return { ...position, state: 'has ended', operation: '' };
  if (kind === OP.mark) {
    const { program } = machine;
    if (thread.a === MARK.section || program.nameMark === undefined)
      return { ...position, state: 'is inside', operation: '' };
    return { ...position, state: 'is about to', operation: program.nameMark(thread) };
  }
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
    case OP.take:
      return { ...position, state: 'waits', operation: `for ${name}` };
    case OP.isRunning:
      return { ...position, state: 'is about to', operation: `ask whether T${at} runs` };
    default:
      return { ...position, state: 'is about to', operation: `${opName(kind)} ${name}` };
  }
}
