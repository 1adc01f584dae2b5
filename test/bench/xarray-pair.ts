import { formatCount } from '../../src/units.js';
import { type Benchmark, column } from './bench.js';
import { POPULATIONS } from './list.js';
import { BURST_CONSUMERS } from './measured/burst.js';
import { buildRow, type Row } from './rows.js';
import { inFreshThread } from './thread.js';

const SEED = 1;
const PAIRS_A_BATCH = 1000;
/** Short batches, so many of them: a repetition lasts long enough to meet a quiet moment. */
const TIMES_AS_MANY_BATCHES = 16;
const MOST_TIMES_NATIVE = 4;

/** A registration and its deregistration with the xarray, with no clock inside. */
export const xarrayPair: Benchmark = {
  name: 'xarray-pair',
  async run(bench) {
    const rows: Row[] = [];
    const batches = bench.effort.batches * TIMES_AS_MANY_BATCHES;
    for (const consumers of POPULATIONS) {
      const at = `${formatCount(consumers)} consumers`;
      const count = PAIRS_A_BATCH;
      const { irqbench, native } = await bench.alternate(
        `xarray pair, ${at}`,
        () =>
          inFreshThread('measurePairs', { index: 'xarray', consumers, batches, count, seed: SEED }),
        (references) =>
          references.run('radix', 'pairs', consumers, BURST_CONSUMERS, batches, count, SEED),
      );
      rows.push(
        buildRow(
          { benchmark: 'xarray register + deregister', at, target: MOST_TIMES_NATIVE },
          irqbench.map((figures) => figures.pairNs),
          column(native, 'pairNs'),
        ),
      );
    }
    return rows;
  },
};
