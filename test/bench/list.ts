import { formatCount } from '../../src/units.js';
import { type Bench, type Benchmark, column } from './bench.js';
import { BURST_CONSUMERS } from './measured/burst.js';
import { buildRow, type Row } from './rows.js';
import { inFreshThread } from './thread.js';

export const POPULATIONS = [100, 1000, 12_000, 100_000] as const;
const SEED = 1;
/** The population of the bug report, where the walk is out of the caches of the core. */
const JUDGED = 12_000;
const MOST_TIMES_NATIVE = 1.1;
/**
 * Where the pages of a host lie decides how many of its consumers the caches keep, so at the same
 * population one host walks much faster than the next: it takes many to compare the two sides.
 */
const TIMES_AS_MANY_HOSTS = 3;

/** Registering and deregistering with the lists, and what a node of the walk costs. */
export const list: Benchmark = {
  name: 'list',
  async run(bench) {
    const measured: Record<'registers' | 'deregisters' | 'nodes', Row[]> = {
      registers: [],
      deregisters: [],
      nodes: [],
    };
    for (const consumers of POPULATIONS) {
      const rows = await measure(bench, consumers);
      measured.registers.push(rows.register);
      measured.deregisters.push(rows.deregister);
      measured.nodes.push(rows.node);
    }
    return [...measured.registers, ...measured.deregisters, ...measured.nodes];
  },
};

async function measure(bench: Bench, consumers: number) {
  const at = `${formatCount(consumers)} consumers`;
  const { batches, count } = share(bench.effort.walkedNodes / consumers, bench.effort.batches);
  const { irqbench, native } = await bench.alternate(
    `list, ${at}`,
    () => inFreshThread('measureCalls', { index: 'list', consumers, batches, count, seed: SEED }),
    (references) =>
      references.run('list', 'calls', consumers, BURST_CONSUMERS, batches, count, SEED),
    bench.effort.alternations * (consumers === JUDGED ? TIMES_AS_MANY_HOSTS : 1),
  );
  const registerNs = irqbench.map((figures) => figures.registerNs);
  const nativeRegisterNs = column(native, 'registerNs');
  const target = consumers === JUDGED ? { target: MOST_TIMES_NATIVE } : {};
  return {
    register: buildRow({ benchmark: 'list register', at, ...target }, registerNs, nativeRegisterNs),
    deregister: buildRow(
      { benchmark: 'list deregister', at },
      irqbench.map((figures) => figures.deregisterNs),
      column(native, 'deregisterNs'),
    ),
    node: buildRow(
      { benchmark: 'list, a node visited', at },
      irqbench.map((figures) => figures.registerNs / nodesOfRegister(figures.nodesVisited)),
      nativeRegisterNs?.map((ns) => ns / consumers) ?? null,
    ),
  };
}

/** A deregistration finds the newest at once: one node. */
function nodesOfRegister(nodesVisited: number): number {
  return nodesVisited - 1;
}

/** Calls shared out to batches of at least a few. */
function share(calls: number, mostBatches: number) {
  const batches = Math.max(3, Math.min(mostBatches, Math.round(calls / 16)));
  return { batches, count: Math.max(4, Math.round(calls / batches)) };
}
