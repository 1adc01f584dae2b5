/**
 * The tokens of a run: addresses of `struct eventfd_ctx`, which come from a 64-byte slab in the
 * kernel's direct map. Number i is the i-th object of one run of them; objects refer to the
 * numbers in random order.
 */

/** The upper half of every one: `0xffff8881_xxxxxxxx`. */
export const EVENTFD_HIGH_WORD = 0xffff_8881 | 0;
export const TOKEN_BYTES = 64;

/** The lower half of eventfd number i, as a signed word. */
export function eventfdLowWord(i: number): number {
  return (i * TOKEN_BYTES) | 0;
}
