import { type Benchmark, column } from './bench.js';
import { buildRow } from './rows.js';
import { inFreshThread } from './thread.js';

/** So many that the two readings of the clock are lost among them. */
const PAIRS_A_BATCH = 100_000;
const TIMES_AS_MANY_BATCHES = 2;
const MOST_TIMES_NATIVE = 2.5;

/** The lock that nobody else wants. */
export const lock: Benchmark = {
  name: 'lock',
  async run(bench) {
    const batches = bench.effort.batches * TIMES_AS_MANY_BATCHES;
    const { irqbench, native } = await bench.alternate(
      'lock',
      () => inFreshThread('measureLock', { name: 'mutex', batches, pairs: PAIRS_A_BATCH }),
      (references) => references.run('mutex', 'alone', batches, PAIRS_A_BATCH),
    );
    return [
      buildRow(
        { benchmark: 'lock + unlock', at: 'uncontended', target: MOST_TIMES_NATIVE },
        irqbench.map((figures) => figures.pairNs),
        column(native, 'pairNs'),
      ),
    ];
  },
};
