import { formatCount } from '../../src/units.js';
import { type Benchmark, column } from './bench.js';
import { POPULATIONS } from './list.js';
import { BURST_CONSUMERS } from './measured/burst.js';
import { buildRow, type Row } from './rows.js';
import { inFreshThread } from './thread.js';

const SEED = 1;
const CALLS_A_BATCH = 500;

/** Registering and deregistering with the xarray, call by call: the clock's cost is in it. */
export const xarray: Benchmark = {
  name: 'xarray',
  async run(bench) {
    const registers: Row[] = [];
    const deregisters: Row[] = [];
    const { batches } = bench.effort;
    for (const consumers of POPULATIONS) {
      const at = `${formatCount(consumers)} consumers`;
      const { irqbench, native } = await bench.alternate(
        `xarray, ${at}`,
        () =>
          inFreshThread('measureCalls', {
            index: 'xarray',
            consumers,
            batches,
            count: CALLS_A_BATCH,
            seed: SEED,
          }),
        (references) =>
          references.run(
            'radix',
            'calls',
            consumers,
            BURST_CONSUMERS,
            batches,
            CALLS_A_BATCH,
            SEED,
          ),
      );
      registers.push(
        buildRow(
          { benchmark: 'xarray register', at },
          irqbench.map((figures) => figures.registerNs),
          column(native, 'registerNs'),
        ),
      );
      deregisters.push(
        buildRow(
          { benchmark: 'xarray deregister', at },
          irqbench.map((figures) => figures.deregisterNs),
          column(native, 'deregisterNs'),
        ),
      );
    }
    return [...registers, ...deregisters];
  },
};
