import type { Layout } from '../sync/layout.js';
import { LINE_WORDS, WORD_BYTES } from '../sync/layout.js';

/**
 * Consumers and producers: objects in the shared memory, named by the index of their first word
 * ("address"), 0 for none. Both kinds have the same fields, all on the object's first cache line,
 * so that a walk touches one line a node, as it does in the kernel.
 *
 * `struct irq_bypass_consumer` is embedded in KVM's irqfd, which is allocated from a 512-byte
 * slab, `struct irq_bypass_producer` in VFIO's interrupt context (192 bytes): those are the
 * distances between objects, and their order in memory is shuffled, as slabs in use are.
 */
export const FIELD = {
  NEXT: 0,
  PREV: 1,
  /** What the object is registered under; zero in both words where it is not. */
  TOKEN_HI: 2,
  TOKEN_LO: 3,
  /** The other side's address while connected, else 0. */
  PARTNER: 4,
  /** Which callbacks the object has: the bits below. */
  FLAGS: 5,
  /** The eventfd context's address: the token its owner registers it with. */
  EVENTFD_HI: 6,
  EVENTFD_LO: 7,
  /** Number among its kind, from 0, background VMs first; unshuffled. */
  ID: 8,
  /** How often a connect of this consumer was tried: what a seeded failure is drawn by. */
  ATTEMPTS: 9,
  /** The entry of its token while it is registered, else 0: in the scope of tokens alone. */
  ENTRY: 10,
  /** Its table's generation when it was added: where readers share a list's lock alone. */
  STAMP: 11,
  /** The manager's no more than ID is: a ring that what measures beside it walks, and a number. */
  RING: 12,
  RING_VALUE: 13,
} as const;
export const { NEXT, PREV, PARTNER, FLAGS, EVENTFD_HI, EVENTFD_LO, ID, ATTEMPTS } = FIELD;
export const { TOKEN_HI, TOKEN_LO } = FIELD;
const HI = FIELD.TOKEN_HI;
const LO = FIELD.TOKEN_LO;

export const HAS = { STOP: 1, START: 2, ADD: 4, DEL: 8 } as const;
export const HAS_STOP = HAS.STOP;
export const HAS_START = HAS.START;
/** add_producer of a consumer, add_consumer of a producer. */
export const HAS_ADD = HAS.ADD;
export const HAS_DEL = HAS.DEL;
/** The add callback always fails: for tests that need that path every time. */
export const FAILS_ADD = 16;
/**
 * The object never meets the manager: its VMM set the opt-out flag of the irqfd, or the host has
 * bypass switched off or compiled out. Its owner looks at the bit; the manager does not know it.
 */
export const NO_BYPASS = 32;
export const ALL_CALLBACKS = HAS_STOP | HAS_START | HAS_ADD | HAS_DEL;

export const CONSUMER_BYTES = 512;
export const PRODUCER_BYTES = 192;

/** An array of object-sized places. Which object is in which place is the set-up's business. */
export interface ObjectArea {
  readonly at: number;
  readonly strideWords: number;
  readonly count: number;
  /** Packed places are a cache line each and taken in order: where costs are not memory's own. */
  readonly isPacked: boolean;
}

/** @param strideBytes from one object to the next, unless they are packed */
export function reserveObjects(
  layout: Layout,
  count: number,
  strideBytes: number,
  isPacked = false,
): ObjectArea {
  const strideWords = isPacked ? LINE_WORDS : strideBytes / WORD_BYTES;
  return { at: layout.reserve(count * strideWords), strideWords, count, isPacked };
}

/** Whether it is registered, where the manager sets the token and clears it. */
export function hasToken(words: Int32Array, object: number): boolean {
  return ((words[object + HI] as number) | (words[object + LO] as number)) !== 0;
}

/** What an owner does with an object whose registration was refused. */
export function clearToken(words: Int32Array, object: number): void {
  words[object + HI] = 0;
  words[object + LO] = 0;
}

export function setToken(words: Int32Array, object: number, hi: number, lo: number): void {
  words[object + HI] = hi;
  words[object + LO] = lo;
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
  words[object + FIELD.ENTRY] = 0;
  words[object + FIELD.STAMP] = 0;
  clearToken(words, object);
}
