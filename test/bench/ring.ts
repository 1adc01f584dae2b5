import { setTimeout as sleepMs } from 'node:timers/promises';
import { Gate } from '../../src/sync/gate.js';
import { allocateMemory } from '../../src/sync/memory.js';
import { StopWord } from '../../src/sync/stop.js';
import { type Benchmark, column } from './bench.js';
import { layOutRing, pass } from './measured/ring.js';
import { HAS_HEADERS, type NativeReferences } from './native.js';
import { buildRow } from './rows.js';
import { inFreshThread } from './thread.js';

const THREADS = 20;

/** What waking a thread costs where a lock adds nothing: the least that a hand-off can take. */
export const ring: Benchmark = {
  name: 'ring',
  async run(bench) {
    const measureMs = bench.effort.contendedMs * 4;
    const settleMs = bench.effort.contendedMs * 4;
    const goRoundNatively = (references: NativeReferences) =>
      references.run('ring', THREADS, settleMs, measureMs);
    const { irqbench, native } = await bench.alternate(
      `ring, ${THREADS} threads`,
      () => goRound(settleMs, measureMs),
      HAS_HEADERS ? goRoundNatively : undefined,
    );
    return [
      buildRow(
        { benchmark: 'wake-ups in a ring', at: `${THREADS} threads`, unit: 'us' },
        irqbench.map(({ passesPerSecond }) => 1e6 / passesPerSecond),
        column(native, 'passesPerSecond')?.map((passes) => 1e6 / passes) ?? null,
      ),
    ];
  },
};

async function goRound(settleMs: number, measureMs: number) {
  const layout = layOutRing(THREADS);
  const { words } = allocateMemory(layout.bytes);
  const gate = new Gate(words, layout.gateAt);
  const endings = Promise.all(
    Array.from({ length: THREADS }, (_, self) =>
      inFreshThread('takeTurns', { buffer: words.buffer, layout, self }),
    ),
  );
  while (gate.readyCount() < THREADS) await Promise.race([sleepMs(2), endings]);
  gate.open();
  pass(words, layout.placesAt);
  await sleepMs(settleMs);
  const before = Atomics.load(words, layout.passesAt);
  const begunMs = performance.now();
  await sleepMs(measureMs);
  const passes = (Atomics.load(words, layout.passesAt) - before) >>> 0;
  const tookMs = performance.now() - begunMs;
  new StopWord(words, layout.stopAt).set();
  await endings;
  return { passesPerSecond: (passes / tookMs) * 1e3 };
}
