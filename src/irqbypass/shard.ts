import { hash32 } from '../sync/random.js';

/**
 * Which of several tables, each with a lock of its own, a token belongs to. The hash has nothing
 * in common with the one that chooses a bucket inside a table (`hash-index.ts`): with one hash for
 * both, each table would use some of its buckets only.
 */
const SHARD = 0x7368_6172;

/** @returns 0 … shards - 1 */
export function shardOf(hi: number, lo: number, shards: number): number {
  return shards === 1 ? 0 : hash32(SHARD, hi, lo) % shards;
}
