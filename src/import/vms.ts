import { withPercentileRanges } from '../measure/buckets.js';
import type { LatencySummary, RunResult } from '../model/run-result.js';
import type { VmLine } from './reading.js';

/** The reproducer's figures of each VM, in nanoseconds. */

export interface VmOptions {
  /** Cycles a second of the host's time-stamp counter; null where it was not said. */
  readonly tscHz: number | null;
  /** Registrations of each VM; null: as the reproducer is published. */
  readonly samples: number | null;
}

/** 100 loops of 15 irqfds. */
const PUBLISHED_SAMPLES = 1500;

export interface VmSeries {
  readonly series: RunResult['vms'];
  /** What was taken for the number of registrations of each, where nobody said; or null. */
  readonly assumedSamples: number | null;
  /** All VMs together: minimum, mean and maximum are known, percentiles lie between them. */
  register(percentiles: readonly number[]): LatencySummary;
}

const NOTHING = {
  count: 0,
  minNs: null,
  meanNs: null,
  medianNs: null,
  p95Ns: null,
  maxNs: null,
} as const;

/** The first line whose cycles nobody said the length of; undefined where there is none. */
export function unreadableVm(lines: readonly VmLine[], { tscHz }: VmOptions): VmLine | undefined {
  return tscHz === null ? lines.find(({ isNs }) => !isNs) : undefined;
}

/** @returns null where there is no line of a VM, or one that cannot be read */
export function vmsOf(lines: readonly VmLine[], options: VmOptions): VmSeries | null {
  if (lines.length === 0 || unreadableVm(lines, options)) return null;
  const { tscHz, samples } = options;
  const count = samples ?? PUBLISHED_SAMPLES;
  const series = lines.map(({ vm, min, max, avg, isNs }) => {
    const cyclesEach = isNs ? 1 : (tscHz as number) / 1e9;
    const register = {
      ...NOTHING,
      count,
      minNs: min / cyclesEach,
      meanNs: avg / cyclesEach,
      maxNs: max / cyclesEach,
    };
    return { vm, register, deregister: { ...NOTHING }, vmReady: { ...NOTHING } };
  });
  return {
    series,
    assumedSamples: samples === null ? count : null,
    register: (percentiles) => together(series, percentiles),
  };
}

function together(series: RunResult['vms'], percentiles: readonly number[]): LatencySummary {
  let minNs = Infinity;
  let maxNs = 0;
  let sumNs = 0;
  let count = 0;
  for (const { register } of series) {
    minNs = Math.min(minNs, register.minNs ?? Infinity);
    maxNs = Math.max(maxNs, register.maxNs ?? 0);
    sumNs += (register.meanNs ?? 0) * register.count;
    count += register.count;
  }
  const known = { count, minNs, meanNs: sumNs / count, maxNs };
  const buckets = [{ lowNs: minNs, highNs: maxNs, count }];
  return withPercentileRanges({ ...known, percentiles: {}, hdr: null, buckets }, percentiles);
}
