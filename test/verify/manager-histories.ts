import { HAS } from '../../src/irqbypass/objects.js';
import { ceremoniesOf } from '../../src/verify/ceremonies.js';
import {
  type Call,
  type CallbackEvent,
  type Deed,
  type Monitor,
  NOBODY,
  type Party,
} from '../../src/verify/monitor.js';
import type { Finding } from '../../src/verify/program.js';
import { type Outcome, REFUSAL, type Rules } from '../../src/verify/sequential-manager.js';

/** Histories of calls, callbacks and returns, and what a monitor says of them. */

const ALL = HAS.STOP | HAS.START | HAS.ADD | HAS.DEL;

/** Consumers 0, 1, 2 (A, B, C) and producers 3, 4 (P, Q). */
export const PARTIES: readonly Party[] = [
  ...['A', 'B', 'C'].map((name) => ({
    side: 'consumer' as const,
    name: `consumer ${name}`,
    flags: ALL,
  })),
  ...['P', 'Q'].map((name) => ({
    side: 'producer' as const,
    name: `producer ${name}`,
    flags: ALL,
  })),
];
export const [A, B, C, P, Q] = [0, 1, 2, 3, 4] as const;
export const EIO = -5;

export const RULES: Rules = {
  semantics: 'xarray',
  parties: PARTIES,
  hasRoom: () => true,
  holdsMeanwhile: false,
};

export type HistoryEvent =
  | { readonly what: 'call'; readonly thread: number; readonly call: Call }
  | { readonly what: 'ran'; readonly thread: number; readonly event: CallbackEvent }
  | { readonly what: 'return'; readonly thread: number; readonly error: number };

export function registers(thread: number, object: number, token: number): HistoryEvent {
  return { what: 'call', thread, call: { verb: 'register', object, token } };
}

export function unregisters(thread: number, object: number): HistoryEvent {
  return { what: 'call', thread, call: { verb: 'unregister', object, token: 0 } };
}

export function returns(thread: number, error = 0): HistoryEvent {
  return { what: 'return', thread, error };
}

/** The callbacks of a whole connect or disconnect, as they should be; a consumer refuses. */
export function runs(
  thread: number,
  deed: Exclude<Deed, 'nothing'>,
  producer: number,
  consumer: number,
  parties = PARTIES,
): HistoryEvent[] {
  const verb = deed === 'parted' ? 'unregister' : 'register';
  const ceremony = ceremoniesOf(parties, { verb, object: consumer, token: 0 }).find(
    (one) => one.deed === deed && one.producer === producer,
  );
  if (ceremony === undefined) throw new Error(`no ${deed} of these two`);
  return ceremony.steps.map((step) =>
    ran(thread, step.error === 0 ? step : { ...step, error: EIO }),
  );
}

export function ran(thread: number, event: CallbackEvent): HistoryEvent {
  return { what: 'ran', thread, event };
}

export function alone(callback: 'stop' | 'start', object: number): CallbackEvent {
  return { callback, object, partner: NOBODY, error: 0 };
}

export function told(
  callback: 'add' | 'del',
  object: number,
  partner: number,
  error = 0,
): CallbackEvent {
  return { callback, object, partner, error };
}

/** What comes between a call and its end, for the callbacks to tell of this outcome. */
export function callbacksOf(
  thread: number,
  { object }: Call,
  { deed, partner }: Outcome,
  parties = PARTIES,
): HistoryEvent[] {
  if (deed === 'nothing') return [];
  const isConsumer = parties[object]?.side === 'consumer';
  const [producer, consumer] = isConsumer ? [partner, object] : [object, partner];
  return runs(thread, deed, producer, consumer, parties);
}

export function errorOf({ error }: Outcome): number {
  return error === REFUSAL ? EIO : error;
}

/** A whole call. */
export function does(thread: number, call: Call, outcome: Outcome): HistoryEvent[] {
  return [
    { what: 'call', thread, call },
    ...callbacksOf(thread, call, outcome),
    returns(thread, errorOf(outcome)),
  ];
}

export function feed(monitor: Monitor, history: readonly HistoryEvent[]): Finding | null {
  for (const event of history) {
    const wrong = feedOne(monitor, event);
    if (wrong !== null) return wrong;
  }
  return null;
}

function feedOne(monitor: Monitor, event: HistoryEvent): Finding | null {
  switch (event.what) {
    case 'call':
      monitor.called(event.thread, event.call);
      return null;
    case 'ran':
      return monitor.ran(event.thread, event.event);
    default:
      return monitor.returned(event.thread, event.error);
  }
}

/** To the end, from the beginning. */
export function judge(monitor: Monitor, history: readonly HistoryEvent[]): Finding | null {
  monitor.restart();
  return feed(monitor, history) ?? monitor.ended();
}
