import { MAX_MEMORY_BYTES } from '../sync/memory.js';
import { CONSUMER_BYTES } from './objects.js';
import { shardOf } from './shard.js';

/**
 * The tokens of a run: addresses of `struct eventfd_ctx`, which come from a 64-byte slab in the
 * kernel's direct map. Number i is the i-th object of one run of them; objects refer to the
 * numbers in random order.
 */

/** The upper half of every one: `0xffff8881_xxxxxxxx`. */
export const EVENTFD_HIGH_WORD = 0xffff_8881 | 0;
export const TOKEN_BYTES = 64;

/** More have no place in memory with their consumers, so nobody need know where they would be. */
const MOST_TOKENS = MAX_MEMORY_BYTES / CONSUMER_BYTES;

/** The lower half of eventfd number i, as a signed word. */
export function eventfdLowWord(i: number): number {
  return (i * TOKEN_BYTES) | 0;
}

/** How many of the first tokens belong to each shard. */
export function countByShard(tokens: number, shards: number): Float64Array {
  const counts = new Float64Array(shards);
  if (shards === 1 || tokens > MOST_TOKENS) return counts.fill(Math.ceil(tokens / shards));
  for (let i = 0; i < tokens; i++) {
    const shard = shardOf(EVENTFD_HIGH_WORD, eventfdLowWord(i), shards);
    counts[shard] = (counts[shard] as number) + 1;
  }
  return counts;
}
