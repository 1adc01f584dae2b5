/** The averages of test/native/common.h, so that both sides are condensed alike. */

/**
 * The mean of the middle half: as deaf to outliers as the quartiles, but not confined to the steps
 * of a coarse clock, as the median of short calls is.
 * @param values sorted in place
 */
export function midmean(values: Float64Array): number {
  values.sort();
  const cut = values.length >> 2;
  const middle = values.subarray(cut, values.length - cut);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** The least: the batch that was disturbed least, for what disturbs can only add time. */
export function fastest(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}
