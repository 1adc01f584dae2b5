import type { Layout } from '../sync/layout.js';
import { WORD_BYTES } from '../sync/layout.js';

/**
 * Consumers and producers: objects in the shared memory, named by the index of their first word
 * ("address"), 0 for none. Both kinds have the same fields, all on the object's first cache line,
 * so that a walk touches one line a node, as it does in the kernel.
 *
 * `struct irq_bypass_consumer` is embedded in KVM's irqfd, which is allocated from a 512-byte
 * slab, `struct irq_bypass_producer` in VFIO's interrupt context (192 bytes): those are the
 * distances between objects, and their order in memory is shuffled, as slabs in use are.
 */
export const NEXT = 0;
export const PREV = 1;
/** What the object is registered under; zero in both words where it is not. */
export const TOKEN_HI = 2;
export const TOKEN_LO = 3;
/** The other side's address while connected, else 0. */
export const PARTNER = 4;
/** Which callbacks the object has: the bits below. */
export const FLAGS = 5;
/** The eventfd context's address: the token its owner registers it with. */
export const EVENTFD_HI = 6;
export const EVENTFD_LO = 7;
/** Number among its kind, from 0, background VMs first; unshuffled. */
export const ID = 8;
/** How often a connect of this consumer was tried: what a seeded failure is drawn by. */
export const ATTEMPTS = 9;

export const HAS_STOP = 1;
export const HAS_START = 2;
/** add_producer of a consumer, add_consumer of a producer. */
export const HAS_ADD = 4;
export const HAS_DEL = 8;
/** The add callback always fails: for tests that need that path every time. */
export const FAILS_ADD = 16;
export const ALL_CALLBACKS = HAS_STOP | HAS_START | HAS_ADD | HAS_DEL;

export const CONSUMER_BYTES = 512;
export const PRODUCER_BYTES = 192;

/** An array of object-sized places. Which object is in which place is the set-up's business. */
export interface ObjectArea {
  readonly at: number;
  readonly strideWords: number;
  readonly count: number;
}

export function reserveObjects(layout: Layout, count: number, strideBytes: number): ObjectArea {
  const strideWords = strideBytes / WORD_BYTES;
  return { at: layout.reserve(count * strideWords), strideWords, count };
}

/** What an owner does with an object whose registration was refused. */
export function clearToken(words: Int32Array, object: number): void {
  words[object + TOKEN_HI] = 0;
  words[object + TOKEN_LO] = 0;
}

export function setToken(words: Int32Array, object: number, hi: number, lo: number): void {
  words[object + TOKEN_HI] = hi;
  words[object + TOKEN_LO] = lo;
}

/** Prepares an object that is not registered. Its place must be zeroed or was an object before. */
export function initObject(
  words: Int32Array,
  object: number,
  id: number,
  flags: number,
  eventfdHi: number,
  eventfdLo: number,
): void {
  words[object + NEXT] = 0;
  words[object + PREV] = 0;
  words[object + PARTNER] = 0;
  words[object + FLAGS] = flags;
  words[object + EVENTFD_HI] = eventfdHi;
  words[object + EVENTFD_LO] = eventfdLo;
  words[object + ID] = id;
  words[object + ATTEMPTS] = 0;
  clearToken(words, object);
}
