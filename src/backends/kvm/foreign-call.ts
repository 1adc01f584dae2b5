import { medianOf, sorted } from '../../stats/sorted.js';
import { nowNs } from '../../sync/clock.js';
import { IRQFD_BYTES, KVM_IRQFD } from '../../system/kvm-abi.js';
import type { Libc } from '../../system/libc.js';

/**
 * What it takes to call into the kernel and back: an ioctl on no descriptor, which the kernel
 * refuses at once. Every sample has one of these in it; it is reported, and not subtracted.
 */

const BATCHES = 60;
const CALLS = 1000;
/** The first batches are the interpreter's. */
const DISCARDED = 20;

/** @returns ns a call: the median of batches */
export function measureForeignCall(libc: Libc): number {
  const argument = Buffer.alloc(IRQFD_BYTES);
  const batches = new Float64Array(BATCHES);
  for (let batch = 0; batch < BATCHES; batch++) {
    const begunNs = nowNs();
    for (let call = 0; call < CALLS; call++) libc.ioctl(-1, KVM_IRQFD, argument);
    batches[batch] = (nowNs() - begunNs) / CALLS;
  }
  return medianOf(sorted(batches.subarray(DISCARDED))) ?? 0;
}
