/** The standard normal distribution, as far as the rank test needs it. */

/** Below this the series converges fast and loses nothing; above it the fraction does. */
const SERIES_BELOW = 3;
const FRACTION_DEPTH = 80;

/**
 * The probability of more than z; at least ten digits of it are right, however small it is.
 * Source: the series of G. Marsaglia, "Evaluating the Normal Distribution", J. Stat. Softw. 11(4)
 * (2004), and Laplace's continued fraction of Mills' ratio for the tail.
 * @param z at least 0
 */
export function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z >= SERIES_BELOW) {
    let fraction = z;
    for (let k = FRACTION_DEPTH; k >= 1; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 - density * sum;
}
