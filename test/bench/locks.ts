import { LOCKS, type LockAlgorithm } from '../../src/locks/lock.js';
import { type LockName, lockNames } from '../../src/model/algorithm-names.js';
import type { Bench, Benchmark } from './bench.js';
import { contend } from './lock-threads.js';
import { buildRow, type Row } from './rows.js';
import { inFreshThread } from './thread.js';

/** Every lock beside the plain mutex: alone, and with many more threads than CPUs. */

const THREADS = 20;
const PAIRS_A_BATCH = 100_000;
const MOST_TIMES_MUTEX = 2;
/** Of a lock that a running thread may take again while others wait. */
const MOST_TIMES_SLOWER = 10;
/** A hand-off to a thread that sleeps, and to one that naps by a timer. */
const MOST_US = { parks: 15, spins: 150 } as const;

/** One for each, named `locks-mcs-park` and so on. */
export const locks: readonly Benchmark[] = lockNames
  .filter((name) => name !== 'mutex')
  .map((name) => ({
    name: `locks-${name}`,
    run: async (bench) => [await measureAlone(bench, name), await measureCrowd(bench, name)],
  }));

async function measureAlone(bench: Bench, name: LockName): Promise<Row> {
  const { batches } = bench.effort;
  const alone = async (lock: LockName) =>
    (await inFreshThread('measureLock', { name: lock, batches, pairs: PAIRS_A_BATCH })).pairNs;
  const { irqbench } = await bench.alternate(name, async () => ({
    own: await alone(name),
    mutex: await alone('mutex'),
  }));
  return buildRow(
    {
      benchmark: `${name} lock + unlock`,
      at: 'uncontended',
      reference: 'mutex',
      target: MOST_TIMES_MUTEX,
    },
    irqbench.map(({ own }) => own),
    irqbench.map(({ mutex }) => mutex),
  );
}

function measureCrowd(bench: Bench, name: LockName): Promise<Row> {
  const algorithm: LockAlgorithm = LOCKS[name];
  return algorithm.order === 'passing'
    ? measureThroughput(bench, name)
    : measureHandOff(bench, name, MOST_US[algorithm.waiting]);
}

async function measureThroughput(bench: Bench, name: LockName): Promise<Row> {
  const crowd = async (lock: LockName) => {
    const figures = await contend({
      name: lock,
      threads: THREADS,
      ...timesOf(bench, 'passing'),
      pairsALook: 64,
    });
    return figures.pairsPerSecond / 1e6;
  };
  const { irqbench } = await bench.alternate(`${name}, ${THREADS} threads`, async () => ({
    own: await crowd(name),
    mutex: await crowd('mutex'),
  }));
  return buildRow(
    {
      benchmark: `${name} lock + unlock`,
      at: `${THREADS} threads`,
      unit: 'M/s',
      reference: 'mutex',
      target: MOST_TIMES_SLOWER,
    },
    irqbench.map(({ own }) => own),
    irqbench.map(({ mutex }) => mutex),
  );
}

/** Strictly in turn: every section is a hand-off to another thread. */
async function measureHandOff(bench: Bench, name: LockName, target: number): Promise<Row> {
  const { irqbench } = await bench.alternate(`${name}, ${THREADS} threads`, () =>
    contend({ name, threads: THREADS, ...timesOf(bench, 'fifo'), pairsALook: 1 }),
  );
  return buildRow(
    {
      benchmark: `${name}, a hand-off`,
      at: `${THREADS} threads`,
      unit: 'us',
      judged: 'figure',
      target,
    },
    irqbench.map(({ pairsPerSecond }) => 1e6 / pairsPerSecond),
    null,
  );
}

/**
 * It takes a thread some ten thousand waits until the compiler has seen enough of the slow paths.
 * Where every section is a hand-off, a thread waits 2,500 times a second: with a quarter of the
 * time, mcs-park's took 5 us longer.
 */
function timesOf({ effort }: Bench, order: LockAlgorithm['order']) {
  const settleMs = effort.contendedMs * (order === 'passing' ? 10 : 40);
  return { settleMs, measureMs: effort.contendedMs * 4 };
}
