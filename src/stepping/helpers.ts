import { ANSWERS, type Answer, METHOD_ANSWERS, WORDS_A_LINE } from './answers.js';
import {
  ATOMICS,
  type Observer,
  OP,
  type Register,
  type Stepped,
  type Touches,
} from './operation.js';

/**
 * What rewritten code calls: functions that fill the register, and those that tell of plain
 * accesses. Each rewritten module gets them as parameters, named with a dollar.
 */

const NO_WORDS = new Int32Array(0);

type Fill = (site: number, array: Int32Array, at: number, a?: number, b?: number) => void;
type Answering = (site: number, ...given: never[]) => void;

export interface Helpers {
  readonly [name: `$${string}`]: unknown;
}

/** Kinds of operation that take no value to begin with: 0 will do where none is given. */
function filler(register: Register, kind: number): Fill {
  if (kind === OP.wait || kind === OP.notify) {
    // A time-out or a count that is not given is infinite.
    const isWait = kind === OP.wait;
    return (site, array, at, a, b) =>
      isWait
        ? register.set(kind, site, array, at, a, b ?? Number.POSITIVE_INFINITY)
        : register.set(kind, site, array, at, a ?? Number.POSITIVE_INFINITY);
  }
  return (site, array, at, a, b) => register.set(kind, site, array, at, a, b);
}

/** Turns a call's arguments into the operation that the driver answers. */
export function answering(register: Register, { op, takes }: Answer): Answering {
  const kind = OP[op];
  const place = (field: Answer['takes'][number]) => takes.indexOf(field);
  const [array, at, lines, a, b, c, looks] = [
    place('array'),
    place('at'),
    place('lines'),
    place('a'),
    place('b'),
    place('c'),
    place('looks'),
  ];
  // Rest parameters would be an array for each call; no answered function has more than five.
  return (site: number, g0?: unknown, g1?: unknown, g2?: unknown, g3?: unknown, g4?: unknown) => {
    register.set(
      kind,
      site === 0 ? register.caller : site,
      (array < 0 ? NO_WORDS : nth(array, g0, g1, g2, g3, g4)) as Int32Array,
      numberAt(at, g0, g1, g2, g3, g4) + numberAt(lines, g0, g1, g2, g3, g4) * WORDS_A_LINE,
      numberAt(a, g0, g1, g2, g3, g4),
      numberAt(b, g0, g1, g2, g3, g4),
      numberAt(c, g0, g1, g2, g3, g4),
      numberAt(looks, g0, g1, g2, g3, g4),
    );
  };
}

function nth(
  index: number,
  g0: unknown,
  g1: unknown,
  g2: unknown,
  g3: unknown,
  g4: unknown,
): unknown {
  if (index < 2) return index === 0 ? g0 : g1;
  if (index < 4) return index === 2 ? g2 : g3;
  return g4;
}

/** @returns 0 where nothing is given */
function numberAt(
  index: number,
  g0: unknown,
  g1: unknown,
  g2: unknown,
  g3: unknown,
  g4: unknown,
): number {
  return index < 0 ? 0 : ((nth(index, g0, g1, g2, g3, g4) ?? 0) as number);
}

/** The name of the helper that a call of an answered function becomes. */
export function answerName(module: string, name: string): `$${string}` {
  return `$${module.replace(/\W/g, '_')}_${name}`;
}

/**
 * The stand-in for a module of answered functions, for code that calls them without being known
 * to: generators of one operation each, placed at the call that is being settled.
 */
export function answeredModule(register: Register, module: string): Record<string, unknown> {
  const answers = Object.entries(ANSWERS[module] ?? {});
  return Object.fromEntries(
    answers.map(([name, answer]) => {
      const fill = answering(register, answer);
      const standIn = function* (...given: never[]): Stepped {
        return yield fill(0, ...given);
      };
      return [name, standIn];
    }),
  );
}

function isStepped(value: unknown): value is Stepped {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'Generator'
  );
}

type Elements = Record<number, number>;

/** Who is told of what happens between operations; null where nobody is. */
export interface Listeners {
  readonly observer: Observer | null;
  readonly touches: Touches | null;
  /** Whether a typed array is of the memory that the threads share. */
  readonly isShared: (value: unknown) => value is Int32Array;
}

export function createHelpers(register: Register, listeners: Listeners): Helpers {
  const { observer, touches } = listeners;
  const helpers: Record<`$${string}`, unknown> = {};
  for (const name of ATOMICS) helpers[`$${name}`] = filler(register, OP[name]);
  helpers.$pause = (site: number) => register.set(OP.pause, site, NO_WORDS, 0, 0, 0, 0, 1);
  for (const [module, answers] of Object.entries(ANSWERS)) {
    for (const [name, answer] of Object.entries(answers)) {
      helpers[answerName(module, name)] = answering(register, answer);
    }
  }
  for (const [module, answers] of Object.entries(METHOD_ANSWERS)) {
    for (const [name, answer] of Object.entries(answers)) {
      if (answer !== null) helpers[answerName(module, name)] = answering(register, answer);
    }
  }
  // A generator does nothing before it is resumed: what was called begins only here.
  helpers.$settle = function* (site: number, value: unknown): Stepped {
    register.caller = site;
    if (!isStepped(value)) return value;
    observer?.call(site);
    const returned = yield* value;
    observer?.returned(returned);
    return returned;
  };
  helpers.$call = (site: number, begun: Stepped): Stepped => {
    register.caller = site;
    observer?.call(site);
    return begun;
  };
  helpers.$back = (value: unknown): unknown => {
    observer?.returned(value);
    return value;
  };
  helpers.$state = (site: number, ...variables: unknown[]): void => {
    observer?.state(site, variables);
  };
  Object.assign(helpers, touches === null ? observed(listeners) : touched(touches));
  return helpers;
}

function observed({ observer, isShared }: Listeners): Helpers {
  return {
    $read(site: number, object: Elements, at: number): number {
      const value = object[at] as number;
      if (observer && isShared(object)) observer.read(site, object, at, value);
      return value;
    },
    $write(site: number, object: Elements, at: number, value: number): number {
      if (observer && isShared(object)) observer.write(site, object, at, value);
      else observer?.writePrivate();
      object[at] = value;
      return value;
    },
  };
}

function touched(touches: Touches): Helpers {
  return {
    $read(_site: number, object: Elements, at: number): number {
      touches.read(object, at);
      return object[at] as number;
    },
    $write(_site: number, object: Elements, at: number, value: number): number {
      touches.write(object, at);
      object[at] = value;
      return value;
    },
  };
}
