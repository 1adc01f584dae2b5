import type { Benchmark } from './bench.js';
import { buildRow } from './rows.js';
import { inFreshThread } from './thread.js';

const SAMPLES_A_BATCH = 10_000;

/** Recording a sample; and, for comparison, counting it in a histogram at once. */
export const recorder: Benchmark = {
  name: 'recorder',
  async run(bench) {
    const task = { batches: bench.effort.batches, samples: SAMPLES_A_BATCH };
    const own = await bench.alternate('recorder', () => inFreshThread('measureRecorder', task));
    const rows = [buildRow({ benchmark: 'Recorder.register' }, sampleNs(own.irqbench), null)];
    for (const useWebAssembly of [true, false]) {
      const build = useWebAssembly ? 'WebAssembly' : 'JavaScript';
      const { irqbench } = await bench.alternate(`hdr-histogram-js, ${build}`, () =>
        inFreshThread('measureHdr', { ...task, useWebAssembly }),
      );
      const benchmark = 'hdr-histogram-js recordValue';
      rows.push(buildRow({ benchmark, at: build }, sampleNs(irqbench), null));
    }
    return rows;
  },
};

function sampleNs(figures: readonly { readonly sampleNs: number }[]): number[] {
  return figures.map((figure) => figure.sampleNs);
}
