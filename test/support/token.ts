/** Tokens as whole 64-bit numbers, and as the two signed words that the code takes. */

export interface Halves {
  readonly hi: number;
  readonly lo: number;
}

export function halves(token: bigint): Halves {
  return {
    hi: Number(BigInt.asIntN(32, token >> 32n)),
    lo: Number(BigInt.asIntN(32, token)),
  };
}

export function whole(hi: number, lo: number): bigint {
  return (BigInt.asUintN(32, BigInt(hi)) << 32n) | BigInt.asUintN(32, BigInt(lo));
}

/** Address number i of a 64-byte slab in the kernel's direct map. */
export function eventfdToken(i: number): bigint {
  return 0xffff_8881_0000_0000n + 64n * BigInt(i);
}
