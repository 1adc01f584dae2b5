import { setTimeout as sleepMs } from 'node:timers/promises';
import type { LockName } from '../../src/model/algorithm-names.js';
import { Gate } from '../../src/sync/gate.js';
import { LINE_WORDS } from '../../src/sync/layout.js';
import { allocateMemory, type SharedMemory } from '../../src/sync/memory.js';
import { StopWord } from '../../src/sync/stop.js';
import { type Benchmark, column } from './bench.js';
import { type LockLayout, layOutLock } from './measured/lock.js';
import { buildRow, type Row } from './rows.js';
import { inFreshThread } from './thread.js';

const THREADS = [2, 20] as const;

/** The lock that many want: how many sections a second all of them do together. */
export const lockThreads: Benchmark = {
  name: 'lock-threads',
  async run(bench) {
    const rows: Row[] = [];
    const measureMs = bench.effort.contendedMs;
    const settleMs = Math.ceil(measureMs / 5);
    for (const threads of THREADS) {
      const { irqbench, native } = await bench.alternate(
        `lock, ${threads} threads`,
        () => contend({ name: 'mutex', threads, settleMs, measureMs, pairsALook: 64 }),
        (references) => references.run('mutex', 'threads', threads, settleMs, measureMs),
      );
      rows.push(
        buildRow(
          { benchmark: 'lock + unlock', at: `${threads} threads`, unit: 'M/s' },
          irqbench.map((figures) => figures.pairsPerSecond / 1e6),
          column(native, 'pairsPerSecond')?.map((pairs) => pairs / 1e6) ?? null,
        ),
      );
    }
    return rows;
  },
};

/** What so many threads are to do with a lock, and for how long. */
export interface Contention {
  readonly name: LockName;
  readonly threads: number;
  /** Before measuring: until the paths of contention are compiled, too. */
  readonly settleMs: number;
  readonly measureMs: number;
  /** How many pairs a thread does between two looks at the stop word, and adds to its count. */
  readonly pairsALook: number;
}

export async function contend(contention: Contention) {
  const { name, threads, settleMs, measureMs, pairsALook } = contention;
  const layout = layOutLock(name, threads);
  const memory = allocateMemory(layout.bytes);
  const gate = new Gate(memory.words, layout.gateAt);
  const stop = new StopWord(memory.words, layout.stopAt);
  const endings = Promise.all(
    Array.from({ length: threads }, (_, self) =>
      inFreshThread('contend', { buffer: memory.words.buffer, layout, self, pairsALook }),
    ),
  );
  try {
    // A thread that died would never be ready.
    while (gate.readyCount() < threads) await Promise.race([sleepMs(2), endings]);
    gate.open();
    await sleepMs(settleMs);
    const before = readPairs(memory, layout, threads);
    const begunMs = performance.now();
    await sleepMs(measureMs);
    const after = readPairs(memory, layout, threads);
    const tookMs = performance.now() - begunMs;
    const pairs = after.reduce((sum, count, i) => sum + ((count - (before[i] ?? 0)) >>> 0), 0);
    return { pairsPerSecond: (pairs / tookMs) * 1e3 };
  } finally {
    stop.set();
    gate.open();
    await endings;
  }
}

function readPairs(memory: SharedMemory, layout: LockLayout, threads: number): number[] {
  return Array.from({ length: threads }, (_, self) =>
    Atomics.load(memory.words, layout.pairsAt + self * LINE_WORDS),
  );
}
