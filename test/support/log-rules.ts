import { CALLBACK, type CallbackLogLayout } from '../../src/irqbypass/callbacks.js';

/** The rules that a log of callbacks must keep, whichever threads wrote it in which order. */

/** Marks that owners leave between callbacks; the third word is what a registration returned. */
export const MARK = {
  registerBegins: 101,
  registerEnds: 102,
  unregisterBegins: 103,
  unregisterEnds: 104,
} as const;

export interface LogLine {
  readonly what: number;
  readonly object: number;
  readonly value: number;
}

/** @throws where the log was too short for the trial */
export function readLog(words: Int32Array, { at, capacity }: CallbackLogLayout): LogLine[] {
  const count = words[at] as number;
  if (count > capacity) throw new Error(`a log of ${capacity} lines, and ${count} were written`);
  return Array.from({ length: count }, (_, i) => {
    const [what, object, value] = words.subarray(at + 1 + 3 * i, at + 4 + 3 * i);
    return { what: what as number, object: object as number, value: value as number };
  });
}

/** What the callbacks of one object spell, from its stop to its start. */
const { addConsumer, addProducer, delConsumer, delProducer } = CALLBACK;
const SPELLINGS: Readonly<Record<string, 'connect' | 'failure' | 'disconnect'>> = {
  [[addConsumer, addProducer].join()]: 'connect',
  [[addConsumer].join()]: 'failure',
  [[addConsumer, addProducer, delConsumer].join()]: 'failure',
  [[delProducer, delConsumer].join()]: 'disconnect',
};

export interface LogCounts {
  connects: number;
  failures: number;
  disconnects: number;
}

/** One object, as the log tells of it. All objects have all callbacks. */
class Story {
  private readonly name: string;
  private readonly stop: number;
  private readonly start: number;
  private readonly violations: string[];
  private isIn = false;
  private partner = 0;
  /** Callbacks since the last stop, or null between a start and the next stop. */
  private spelled: number[] | null = null;
  private told = 0;

  constructor(name: string, isConsumer: boolean, violations: string[]) {
    this.name = name;
    this.stop = isConsumer ? CALLBACK.stopConsumer : CALLBACK.stopProducer;
    this.start = isConsumer ? CALLBACK.startConsumer : CALLBACK.startProducer;
    this.violations = violations;
  }

  mark(what: number, value: number): void {
    if (what === MARK.registerBegins) this.isIn = true;
    const isOut = what === MARK.unregisterEnds || (what === MARK.registerEnds && value !== 0);
    if (!isOut) return;
    this.isIn = false;
    if (this.spelled !== null) this.wrong('left between a stop and its start');
    if (this.partner !== 0) this.wrong('left and is still connected');
  }

  /** @returns what the callback completed, if anything */
  callback(what: number, partner: number): 'connect' | 'failure' | 'disconnect' | undefined {
    if (!this.isIn) this.wrong(`was called (${what}) after it had left`);
    if (what === this.stop) {
      if (this.spelled !== null) this.wrong('was stopped twice');
      this.spelled = [];
      return undefined;
    }
    if (this.spelled === null) {
      this.wrong(`was called (${what}) without having been stopped`);
      return undefined;
    }
    if (what !== this.start) {
      if (this.spelled.length > 0 && partner !== this.told) this.wrong('was told of two partners');
      this.told = partner;
      this.spelled.push(what);
      return undefined;
    }
    const spelled = this.spelled.join();
    this.spelled = null;
    const outcome = SPELLINGS[spelled];
    if (outcome === undefined) this.wrong(`was called in the order ${spelled}`);
    else this.complete(outcome);
    return outcome;
  }

  ends(): void {
    if (this.spelled !== null || this.partner !== 0) this.wrong('is not done with at the end');
  }

  private complete(outcome: 'connect' | 'failure' | 'disconnect'): void {
    if (outcome === 'disconnect') {
      if (this.partner !== this.told) this.wrong('was parted from whom it was not connected to');
      this.partner = 0;
      return;
    }
    if (this.partner !== 0) this.wrong('was connected while it was connected');
    if (outcome === 'connect') this.partner = this.told;
  }

  private wrong(text: string): void {
    this.violations.push(`${this.name} ${text}`);
  }
}

/**
 * Per object: connects and disconnects take turns and name the same partner, callbacks come in
 * the kernel's orders, and none comes after the object has left.
 */
export function checkLog(
  log: readonly LogLine[],
  consumers: ReadonlySet<number>,
  producers: ReadonlySet<number>,
): { readonly violations: string[]; readonly counts: LogCounts } {
  const violations: string[] = [];
  const stories = new Map<number, Story>();
  for (const object of consumers)
    stories.set(object, new Story(`consumer ${object}`, true, violations));
  for (const object of producers)
    stories.set(object, new Story(`producer ${object}`, false, violations));
  const counts: LogCounts = { connects: 0, failures: 0, disconnects: 0 };
  for (const { what, object, value } of log) {
    if (what >= MARK.registerBegins) {
      stories.get(object)?.mark(what, value);
      continue;
    }
    const outcome = stories.get(object)?.callback(what, value);
    if (value !== 0) stories.get(value)?.callback(what, object);
    // Both sides tell of it: the consumers' word is counted.
    if (!consumers.has(object)) continue;
    if (outcome === 'connect') counts.connects++;
    if (outcome === 'failure') counts.failures++;
    if (outcome === 'disconnect') counts.disconnects++;
  }
  for (const story of stories.values()) story.ends();
  return { violations, counts };
}
