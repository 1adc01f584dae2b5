import { roundSeries } from '../../measure/series.js';
import type { RunResult } from '../../model/run-result.js';
import type { SharedMemory } from '../../sync/memory.js';
import { totalsOf, type YardstickLayout } from './yardstick.js';

/**
 * The measured rounds: `register` is of the walks, `vmReady` of all that a VM made in a round.
 * @param rounds that were measured
 */
export function yardstickRounds(
  { doubles }: SharedMemory,
  layout: YardstickLayout,
  vms: number,
  rounds: number,
): RunResult['rounds'] {
  const { samplesAt, cellsPerVm, walks, warmupRounds } = layout;
  const slabs = Array.from({ length: vms }, (_, vm) => samplesAt + vm * cellsPerVm);
  const measured = (first: number, each: number) =>
    doubles.subarray(first + warmupRounds * each, first + (warmupRounds + rounds) * each);
  return roundSeries(
    {
      register: slabs.map((slab) => measured(slab, walks)),
      deregister: slabs.map(() => new Float64Array(0)),
      vmReady: slabs.map((slab) => measured(totalsOf(layout, slab), 1)),
    },
    rounds,
    { register: walks, deregister: 0, vmReady: 1 },
  );
}
