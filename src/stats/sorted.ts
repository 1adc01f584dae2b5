/** Order statistics: what is asked of values by their rank. */

declare const ascending: unique symbol;

/** Values in ascending order: a type of its own, so that nobody takes a rank of unsorted ones. */
export type Sorted = Float64Array & { readonly [ascending]: true };

/** A sorted copy; the values stay as they were. */
export function sorted(values: Float64Array): Sorted {
  return values.slice().sort() as Sorted;
}

/** The middle value, or the mean of the two in the middle; null of no values. */
export function medianOf(values: Sorted): number | null {
  const { length } = values;
  if (length === 0) return null;
  const upper = values[length >> 1] as number;
  return length % 2 === 1 ? upper : ((values[(length >> 1) - 1] as number) + upper) / 2;
}

/**
 * The nearest rank: the smallest value that so many per cent of all do not exceed; null of no
 * values. Whether they are enough to tell it is for the caller to know.
 * @param percentile above 0, up to 100
 */
export function nearestRank(values: Sorted, percentile: number): number | null {
  return values[Math.ceil((percentile / 100) * values.length) - 1] ?? null;
}
