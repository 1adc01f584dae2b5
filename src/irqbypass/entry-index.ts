import type { LinkedIndex } from './list-index.js';
import type { TokenIndex } from './xarray.js';

/** Where the entry of a token is: any index of objects, as an entry table uses it. */
export interface EntryIndex {
  /** @returns 0 where the token has none */
  find(hi: number, lo: number): number;
  /**
   * @param entry has the token, which has no entry yet
   * @returns 0, or -ENOMEM with nothing changed
   */
  insert(hi: number, lo: number, entry: number): number;
  /** @returns whether it was there */
  remove(hi: number, lo: number, entry: number): boolean;
}

/** Lists or hash buckets, from which an entry can be taken without looking for it. */
export class LinkedEntries implements EntryIndex {
  private readonly inner: LinkedIndex;

  constructor(inner: LinkedIndex) {
    this.inner = inner;
  }

  find(hi: number, lo: number): number {
    return this.inner.find(hi, lo, 0);
  }

  insert(_hi: number, _lo: number, entry: number): number {
    this.inner.add(entry);
    return 0;
  }

  remove(_hi: number, _lo: number, entry: number): boolean {
    this.inner.remove(entry);
    return true;
  }
}

/** An xarray, or an index of the user's own. */
export class MappedEntries implements EntryIndex {
  private readonly inner: TokenIndex;

  constructor(inner: TokenIndex) {
    this.inner = inner;
  }

  find(hi: number, lo: number): number {
    return this.inner.load(hi, lo);
  }

  insert(hi: number, lo: number, entry: number): number {
    return this.inner.insert(hi, lo, entry);
  }

  remove(hi: number, lo: number, entry: number): boolean {
    return this.inner.erase(hi, lo) === entry;
  }
}
