/**
 * Randomness that repeats: everything random in a run is a function of the plan's seed, so that
 * a run can be done again. `hash32` also serves algorithm code, where a generator's state would
 * be one more thing to share.
 */

/**
 * Mixes three integers to 32 well-spread bits.
 * Source: the finaliser of MurmurHash3 (Austin Appleby, public domain), applied per input.
 */
export function hash32(seed: number, a: number, b: number): number {
  return mix(mix(mix(seed ^ 0x9e3779b9) ^ a) ^ b) >>> 0;
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * The numbers 0 … n-1 in a seeded random order (Fisher–Yates).
 * @param stream tells apart the permutations of one seed
 */
export function permutation(n: number, seed: number, stream: number): Uint32Array {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = n - 1; i > 0; i--) {
    // 32 random bits scaled to i + 1: the bias, 2^-32 × n, is far below what a layout can show.
    const j = Math.floor((hash32(seed, stream, i) / 2 ** 32) * (i + 1));
    const swapped = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swapped;
  }
  return order;
}
