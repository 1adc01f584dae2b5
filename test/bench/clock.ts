import { type Benchmark, column } from './bench.js';
import { buildRow } from './rows.js';
import { inFreshThread } from './thread.js';

/** One reading of the clock: what every timed call has in it. */
export const clock: Benchmark = {
  name: 'clock',
  async run(bench) {
    const { batches } = bench.effort;
    const { irqbench, native } = await bench.alternate(
      'clock',
      () => inFreshThread('measureClock', { batches, readings: 2000 }),
      (references) => references.run('mutex', 'alone', 1, 1),
    );
    return [
      buildRow(
        { benchmark: 'clock reading' },
        irqbench.map((figures) => figures.readingNs),
        column(native, 'readingNs'),
      ),
    ];
  },
};
