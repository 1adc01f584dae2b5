import type { Benchmark } from './bench.js';
import { buildRow } from './rows.js';
import { inFreshThread } from './thread.js';

/** Operations a second that a driver of stepped code can carry out, that the checker and the simulator do. */
export const stepping: Benchmark = {
  name: 'stepping',
  async run(bench) {
    const steps = bench.effort.walkedNodes;
    const { irqbench } = await bench.alternate('stepping', () =>
      inFreshThread('measureStepping', { steps }),
    );
    return [
      buildRow(
        { benchmark: 'stepped operations', at: '3 threads, mutex', unit: 'M/s' },
        irqbench.map(({ driver }) => driver),
        null,
      ),
      buildRow(
        { benchmark: 'checked steps', at: '3 threads, mutex', unit: 'M/s' },
        irqbench.map(({ checker }) => checker),
        null,
      ),
      buildRow(
        { benchmark: 'simulated operations', at: '20 threads, mutex', unit: 'M/s' },
        irqbench.map(({ simulator }) => simulator),
        null,
      ),
    ];
  },
};
