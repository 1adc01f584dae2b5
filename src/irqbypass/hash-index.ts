import type { Counters } from '../sync/counters.js';
import type { SharedMemory } from '../sync/memory.js';
import {
  addToList,
  findInList,
  findNewerInList,
  initList,
  isInList,
  type LinkedIndex,
  removeFromList,
} from './list-index.js';
import { FIELD } from './objects.js';

const { NEXT, TOKEN_HI, TOKEN_LO } = FIELD;

/** A bucket is a list's head: 8 bytes, as the kernel's `struct hlist_head` takes. */
export const BUCKET_WORDS = 2;

/** 2^32 divided by the golden ratio: `GOLDEN_RATIO_32` of include/linux/hash.h. */
const GOLDEN_RATIO = 0x61c8_8647;

/**
 * The kernel's `hash_64()` where a long has 32 bits: the upper half is hashed into the lower, and
 * of the product the high bits are taken, which are the more random ones.
 * Source: include/linux/hash.h, `hash_64_generic()`, Linux 6.17.
 * @param bits 1 to 32
 * @returns 0 … 2^bits - 1
 */
export function hashToken(hi: number, lo: number, bits: number): number {
  return Math.imul(lo ^ Math.imul(hi, GOLDEN_RATIO), GOLDEN_RATIO) >>> (32 - bits);
}

/**
 * A hash table of lists, which was proposed instead of the two lists: 2^bits buckets, each a list
 * like `ListIndex`, so a miss looks at one bucket of the host's entries. The number of buckets
 * never changes. The manager's lock must be held for all of it.
 */
export class HashIndex implements LinkedIndex {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly bits: number;
  private readonly counters: Counters;

  /** @param at the first bucket; they must have been given to `initBuckets` */
  constructor(memory: SharedMemory, at: number, bits: number, counters: Counters) {
    this.words = memory.words;
    this.at = at;
    this.bits = bits;
    this.counters = counters;
  }

  find(hi: number, lo: number, self: number): number {
    const found = findInList(this.words, this.bucket(hi, lo), hi, lo, self, this.counters);
    if (found !== 0 || self === 0) return found;
    // Under a token that it was given since, it is in another bucket: `hlist_unhashed()` tells.
    return this.words[self + NEXT] === 0 ? 0 : self;
  }

  findNewer(hi: number, lo: number, self: number, generation: number): number {
    const bucket = this.bucket(hi, lo);
    return findNewerInList(this.words, bucket, hi, lo, self, generation, this.counters);
  }

  contains(object: number): boolean {
    return isInList(this.words, this.bucketOf(object), object, this.counters);
  }

  add(object: number): void {
    addToList(this.words, this.bucketOf(object), object);
  }

  remove(object: number): void {
    removeFromList(this.words, object);
  }

  private bucketOf(object: number): number {
    return this.bucket(
      this.words[object + TOKEN_HI] as number,
      this.words[object + TOKEN_LO] as number,
    );
  }

  private bucket(hi: number, lo: number): number {
    return this.at + BUCKET_WORDS * hashToken(hi, lo, this.bits);
  }
}

export function initBuckets(words: Int32Array, at: number, bits: number): void {
  for (let bucket = 0; bucket < 2 ** bits; bucket++) initList(words, at + bucket * BUCKET_WORDS);
}
