import type { LatencyName, RunResult, SampleStats } from '../model/run-result.js';
import { medianOf, nearestRank, sorted } from '../stats/sorted.js';
import { canTell } from './histogram.js';

/**
 * The same samples seen by round and by VM. Samples come as one array a VM, oldest first; a VM
 * takes the same number in each round, so a sample's place tells its round.
 */
export type SamplesByVm = Readonly<Record<LatencyName, readonly Float64Array[]>>;

/** All VMs' samples of one kind as one array. */
export function pool(samples: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(samples.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of samples) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}

/** The tail of a round or of a VM. */
export const ROUND_PERCENTILE = 95;

export function statsOf(samples: Float64Array): SampleStats {
  if (samples.length === 0) {
    return { count: 0, minNs: null, meanNs: null, medianNs: null, p95Ns: null, maxNs: null };
  }
  const ascending = sorted(samples);
  return {
    count: ascending.length,
    minNs: ascending[0] as number,
    meanNs: ascending.reduce((sum, ns) => sum + ns, 0) / ascending.length,
    medianNs: medianOf(ascending),
    p95Ns: canTell(ascending.length, ROUND_PERCENTILE)
      ? nearestRank(ascending, ROUND_PERCENTILE)
      : null,
    maxNs: ascending[ascending.length - 1] as number,
  };
}

/** @param perRound how many samples of each kind a VM takes in a round */
export function roundSeries(
  samples: SamplesByVm,
  rounds: number,
  perRound: Readonly<Record<LatencyName, number>>,
): RunResult['rounds'] {
  const series: RunResult['rounds'] = [];
  for (let round = 1; round <= rounds; round++) {
    const of = (name: LatencyName) => {
      const each = perRound[name];
      return statsOf(
        pool(samples[name].map((vm) => vm.subarray((round - 1) * each, round * each))),
      );
    };
    const register = of('register');
    if (register.count === 0) break;
    series.push({ round, register, deregister: of('deregister'), vmReady: of('vmReady') });
  }
  return series;
}

export function vmSeries(samples: SamplesByVm): RunResult['vms'] {
  return samples.register.map((register, vm) => ({
    vm,
    register: statsOf(register),
    deregister: statsOf(samples.deregister[vm] as Float64Array),
    vmReady: statsOf(samples.vmReady[vm] as Float64Array),
  }));
}

/**
 * How evenly the VMs were served, by their mean registration latency.
 * Source of the index: R. Jain, D. Chiu, W. Hawe, DEC-TR-301 (1984).
 */
export function fairness(vms: RunResult['vms']): RunResult['fairness'] {
  const means = vms.flatMap(({ register }) => register.meanNs ?? []);
  const sum = means.reduce((total, mean) => total + mean, 0);
  const squares = means.reduce((total, mean) => total + mean * mean, 0);
  if (squares === 0) return { jain: null, slowestToFastest: null };
  const fastest = Math.min(...means);
  return {
    jain: sum ** 2 / (means.length * squares),
    slowestToFastest: fastest === 0 ? null : Math.max(...means) / fastest,
  };
}
