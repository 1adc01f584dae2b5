import { nowNs } from './clock.js';

/** Uses the CPU for a while, as a callback that programs hardware does. */
export function spinFor(durationNs: number): void {
  const end = nowNs() + durationNs;
  while (nowNs() < end) {
    // The clock is the work.
  }
}
