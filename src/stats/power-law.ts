/** With two points every law fits. */
const FEWEST_POINTS = 3;

/**
 * The exponent b of y = a x^b, by least squares over the logarithms: 1 where y grows in proportion
 * to x, 0 where it stays the same.
 * @returns null of fewer than three points, where a value is not above 0, or where all x are equal
 */
export function powerLawExponent(xs: readonly number[], ys: readonly number[]): number | null {
  if (xs.length < FEWEST_POINTS || ![...xs, ...ys].every((value) => value > 0)) return null;
  const logXs = xs.map(Math.log);
  const logYs = ys.map(Math.log);
  const meanX = mean(logXs);
  const meanY = mean(logYs);
  let covariance = 0;
  let variance = 0;
  for (const [i, logX] of logXs.entries()) {
    covariance += (logX - meanX) * ((logYs[i] as number) - meanY);
    variance += (logX - meanX) ** 2;
  }
  return variance === 0 ? null : covariance / variance;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
