import { HAS } from '../irqbypass/objects.js';
import type { Digest } from './digest.js';
import type { Finding } from './program.js';

/**
 * What is to be seen of a manager from outside: what threads call, which callbacks run meanwhile,
 * and what a call returns. A monitor judges it as it happens, and knows nothing of memory or locks.
 *
 * Callers keep one rule: nobody calls anything for an object that is in a call already. An irqfd
 * and an interrupt context are their owner's, who is one thread at a time.
 */
export interface Monitor {
  restart(): void;
  called(thread: number, call: Call): void;
  /** A callback has run, in the call that its thread is in. */
  ran(thread: number, event: CallbackEvent): Finding | null;
  /** @param error what a registration returned; 0 of an unregistration */
  returned(thread: number, error: number): Finding | null;
  /** All threads have ended. */
  ended(): Finding | null;
  /** What it knows, as part of a state: with the same digest it will say the same. */
  addTo(digest: Digest): void;
}

export type Side = 'consumer' | 'producer';

/** A consumer or a producer. Objects are named by their numbers in one list of both sides. */
export interface Party {
  readonly side: Side;
  /** `consumer A` */
  readonly name: string;
  /** Which callbacks it has: bits of `HAS`. */
  readonly flags: number;
}

export interface Call {
  readonly verb: 'register' | 'unregister';
  readonly object: number;
  /** A number for it, 0 for the null token; not looked at where the object leaves. */
  readonly token: number;
}

export interface CallbackEvent {
  readonly callback: 'stop' | 'start' | 'add' | 'del';
  /** Whose callback it is. `add` of a consumer is the kernel's `add_producer`. */
  readonly object: number;
  /** Whom `add` and `del` are told of; `NOBODY` otherwise. */
  readonly partner: number;
  /** What `add` returned; 0 otherwise. */
  readonly error: number;
}

export const NOBODY = -1;

/** What the callbacks of a call came to. A call that met nobody did nothing. */
export const DEEDS = ['nothing', 'connected', 'refused', 'parted'] as const;
export type Deed = (typeof DEEDS)[number];

/**
 * The deed that an event tells of. Each connect and each disconnect has one such event, whichever
 * callbacks its sides have: a consumer has both of these, or it is not registered.
 */
export function deedOf(parties: readonly Party[], event: CallbackEvent): Deed {
  const isConsumers = parties[event.object]?.side === 'consumer';
  if (event.callback === 'add') {
    if (event.error !== 0) return 'refused';
    return isConsumers ? 'connected' : 'nothing';
  }
  return event.callback === 'del' && isConsumers ? 'parted' : 'nothing';
}

/** Whether the manager takes it: a consumer needs the callbacks by which it is told of a producer. */
export function isUsable({ side, flags }: Party): boolean {
  const required = HAS.ADD | HAS.DEL;
  return side === 'producer' || (flags & required) === required;
}

export function nameOf(parties: readonly Party[], object: number): string {
  return parties[object]?.name ?? `object ${object}`;
}

/** `register consumer A, token 1` */
export function spellCall(parties: readonly Party[], { verb, object, token }: Call): string {
  const name = nameOf(parties, object);
  return verb === 'register' ? `register ${name}, token ${token}` : `unregister ${name}`;
}

/** `stop consumer A`, `add consumer A to producer P: -5` */
export function spellEvent(parties: readonly Party[], event: CallbackEvent): string {
  const { callback, object, partner, error } = event;
  const name = nameOf(parties, object);
  if (partner === NOBODY) return `${callback} ${name}`;
  const whom = nameOf(parties, partner);
  const words = callback === 'add' ? `add ${whom} to ${name}` : `del ${whom} from ${name}`;
  return error === 0 ? words : `${words}: ${error}`;
}
